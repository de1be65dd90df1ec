import { posix } from 'node:path';
import {
  formOf,
  appendItem,
  isDataMap,
  locateDiagnostics,
  parseYaml,
  SCENE_ID,
  spliceField,
  valueAt,
  type Entity,
  type Scene,
  type SpliceOutcome,
} from 'chargen-core';
import { rejectionComment } from '../data/rejections.js';
import type { Change } from '../protocol.js';
import type { Authored } from './authored.js';
import { asProse, saysTheSame } from './prose.js';

export type TextChange =
  | {
      readonly kind: 'changed';
      /** Relative to the workspace. */
      readonly file: string;
      readonly before: string;
      readonly after: string;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'unchanged'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The text of an author's file with a change made, every other byte as it was. Writes nothing. `next.take` is above all
 * takes that a scene has: the picture of a lower one is there already. `next.attempt` is above the refused one; undefined
 * for a scene that was not refused.
 */
export function changedText(
  authored: Authored,
  entity: Entity,
  change: Change,
  next: { readonly take: (scene: Scene) => number; readonly attempt: number | undefined },
): TextChange {
  if (change.kind === 'add-scene') return withScene(authored, entity, change);
  const id = change.scene.split('/').slice(2).join('/');
  const scene = entity.scenes.find((one) => one.id === id);
  const before = scene === undefined ? undefined : authored.texts.get(scene.file);
  if (scene === undefined || before === undefined) {
    return { kind: 'refused', message: `${entity.name} has no scene "${id}" any more. Load the page again.` };
  }
  switch (change.kind) {
    case 'lock':
      return toTextChange(
        scene,
        before,
        spliceField(before, scene.at, 'locked', change.locked ? true : undefined),
        {
          unchanged: change.locked ? 'The scene is locked already.' : 'The scene is not locked.',
          notes: change.locked
            ? []
            : ['If its request has changed meanwhile, the next run makes the picture anew.'],
        },
      );
    case 'reroll':
      return rolled(scene, before, next.take(scene));
    case 'retry':
      return retried(scene, before, next.attempt);
    case 'reject':
      return rejected(scene, before, next.take(scene), change.note);
    case 'prompt':
      return prompted(scene, before, change.prompt);
  }
}

interface Words {
  readonly unchanged: string;
  readonly notes: readonly string[];
}

function toTextChange(scene: Scene, before: string, outcome: SpliceOutcome, words: Words): TextChange {
  switch (outcome.kind) {
    case 'spliced':
      return { kind: 'changed', file: scene.file, before, after: outcome.text, notes: words.notes };
    case 'unchanged':
      return { kind: 'unchanged', message: words.unchanged };
    case 'refused':
      return {
        kind: 'refused',
        message: `${scene.file} cannot be changed here: ${outcome.why} Change it in your editor.`,
      };
  }
}

function rollNotes(scene: Scene): string[] {
  return [
    'The next run makes and bills a new picture. The present one stays in the store.',
    ...(scene.locked ? ['The scene is locked: nothing is made before it is unlocked.'] : []),
  ];
}

function retried(scene: Scene, before: string, attempt: number | undefined): TextChange {
  if (attempt === undefined) return { kind: 'unchanged', message: 'The model did not refuse this scene.' };
  return toTextChange(scene, before, spliceField(before, scene.at, 'attempt', attempt), {
    unchanged: 'It is asked for again already.',
    notes: ['The next run asks, and pays, once more, word for word as before.'],
  });
}

function rolled(scene: Scene, before: string, take: number): TextChange {
  return toTextChange(scene, before, spliceField(before, scene.at, 'take', take), {
    unchanged: `take is ${take} already.`,
    notes: rollNotes(scene),
  });
}

function rejected(scene: Scene, before: string, take: number, note: string): TextChange {
  const raised = rolled(scene, before, take);
  if (raised.kind !== 'changed') return raised;
  const noted = withComment(raised.after, scene, rejectionComment(scene.take, note));
  if (noted === undefined) {
    const lost = 'The scene stands on one line, so the note has no place in it; only take is raised.';
    return { ...raised, notes: [...raised.notes, lost] };
  }
  return { ...raised, after: noted };
}

/** Puts a comment into a line of its own beside `take`; undefined if the file's form has no such place. */
function withComment(text: string, scene: Scene, comment: string): string | undefined {
  const [place] = locateDiagnostics(text, [
    { severity: 'note', code: 'take', message: '', file: scene.file, at: [...scene.at, 'take'] },
  ]);
  if (place === undefined) return undefined;
  const lines = text.split('\n');
  const line = lines[place.line - 1];
  const before = line?.slice(0, place.column - 1);
  if (line === undefined || before === undefined || !/^ *(?:- +)?$/.test(before)) return undefined;
  const eol = line.endsWith('\r') ? '\r' : '';
  // Above the dash of a list item it would look like a remark on the item before.
  const at = before.includes('-') ? place.line : place.line - 1;
  lines.splice(at, 0, ' '.repeat(before.length) + comment + eol);
  const after = lines.join('\n');
  return saysTheSame(after, text) ? after : undefined;
}

function prompted(scene: Scene, before: string, written: string): TextChange {
  const prompt = written.replace(/\r\n?/g, '\n').trim();
  if (prompt === '') return { kind: 'refused', message: 'A scene needs a prompt. Write what to paint.' };
  if (scene.prompt === undefined) {
    return {
      kind: 'refused',
      message: `The prompt of this scene is put together from several fields of ${scene.file}. Change them in your editor.`,
    };
  }
  const field = promptField(scene, before);
  if (field === undefined) {
    return {
      kind: 'refused',
      message: `The field of the prompt was not found in ${scene.file}. Change it in your editor.`,
    };
  }
  if (prompt === scene.prompt) return { kind: 'unchanged', message: 'The prompt is the same.' };
  return toTextChange(scene, before, splicePrompt(before, scene, field, prompt), {
    unchanged: 'The prompt is the same.',
    notes: [],
  });
}

function splicePrompt(
  before: string,
  { at }: Scene,
  field: { readonly name: string; readonly value: string },
  prompt: string,
): SpliceOutcome {
  if (field.value.endsWith('\n')) {
    // A block of prose ends with a line break that is no part of the prompt; with it, the block keeps its form.
    const value = `${prompt}\n`;
    const outcome = spliceField(before, at, field.name, value);
    const text = outcome.kind === 'spliced' ? asProse(before, outcome.text, value) : undefined;
    if (outcome.kind === 'spliced' && text !== undefined && text !== outcome.text)
      return { kind: 'spliced', text };
  }
  const outcome = spliceField(before, at, field.name, prompt);
  return outcome.kind === 'spliced'
    ? { kind: 'spliced', text: asProse(before, outcome.text, prompt) }
    : outcome;
}

/** The field that the prompt was read from: dialects call it differently. */
function promptField(
  scene: Scene,
  text: string,
): { readonly name: string; readonly value: string } | undefined {
  const parsed = parseYaml(text, scene.file);
  const map = parsed.kind === 'data' ? valueAt(parsed.data, scene.at) : undefined;
  if (!isDataMap(map)) return undefined;
  const fields = Object.entries(map).flatMap(([name, value]) =>
    typeof value === 'string' && value.trim() === scene.prompt ? [{ name, value }] : [],
  );
  return fields.find(({ name }) => name.includes('prompt')) ?? fields[0];
}

function withScene(
  authored: Authored,
  entity: Entity,
  change: Extract<Change, { kind: 'add-scene' }>,
): TextChange {
  const { id } = change;
  const title = change.title.replace(/\s+/g, ' ').trim();
  const prompt = change.prompt.replace(/\r\n?/g, '\n').trim();
  const refused = (message: string): TextChange => ({ kind: 'refused', message });
  if (!SCENE_ID.test(id)) {
    return refused(`"${id}" cannot be an id: use small letters, digits, dots, dashes and underscores.`);
  }
  if (title === '' || prompt === '') return refused('A scene needs a title and a prompt.');
  if (entity.scenes.some((scene) => scene.id === id))
    return refused(`${entity.name} has a scene "${id}" already.`);
  const file = listFile(authored, entity);
  const before = file === undefined ? undefined : authored.texts.get(file);
  if (file === undefined || before === undefined) {
    return refused(
      `${entity.file} is written in the dialect ${entity.dialect}, whose scenes are parts of something larger. Add the scene in your editor.`,
    );
  }
  const outcome = appendItem(before, ['scenes'], { id, title, prompt });
  switch (outcome.kind) {
    case 'spliced':
      return { kind: 'changed', file, before, after: asProse(before, outcome.text, prompt), notes: [] };
    case 'unchanged':
      return { kind: 'unchanged', message: 'The scene is there already.' };
    case 'refused':
      return refused(`${file} cannot be changed here: ${outcome.why} Add the scene in your editor.`);
  }
}

/** The file whose list `scenes` takes a new one; undefined for dialects that have no such list. */
function listFile(authored: Authored, entity: Entity): string | undefined {
  const { scenesIn } = formOf(entity);
  if (scenesIn === undefined) return undefined;
  return [...authored.texts.keys()].find((file) => posix.basename(file) === scenesIn);
}
