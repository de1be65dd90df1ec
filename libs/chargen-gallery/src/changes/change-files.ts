import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  dropRefusedLetters,
  findScene,
  nextAttempt,
  readRefusal,
  REAL_PLACES,
  replaceIfUnchanged,
  ResultStore,
  scenePaths,
  scenesWithTakes,
  takesOf,
  type Entity,
  type Refusal,
  type Scene,
  type World,
} from 'chargen-core';
import { goneFromWorld } from './gone.js';
import type { Applied, Change, Proposal } from '../protocol.js';
import { digestOf, entityOf, isInside, readAuthored } from './authored.js';
import { lineDiff } from './line-diff.js';
import { changedText, type TextChange } from './splice-change.js';

/** Works a change out from the files as they are now. Writes nothing. */
export async function proposeChange(workspaceRoot: string, world: World, change: Change): Promise<Proposal> {
  const outcome = await workOut(workspaceRoot, world, change);
  if (outcome.kind !== 'changed') return outcome;
  const { file, before, after, notes } = outcome;
  return { kind: 'proposed', file, digest: digestOf(before), lines: lineDiff(before, after), notes };
}

/**
 * Makes a change that was shown before. The digest is that of the file which the shown difference was made from: a
 * file that says something else by now is left alone.
 */
export async function applyChange(
  workspaceRoot: string,
  world: World,
  change: Change,
  digest: string,
): Promise<Applied> {
  const outcome = await workOut(workspaceRoot, world, change);
  if (outcome.kind === 'refused') return outcome;
  if (outcome.kind === 'unchanged' || digestOf(outcome.before) !== digest) {
    return CONFLICT;
  }
  const path = join(workspaceRoot, outcome.file);
  const written = await replaceIfUnchanged(path, Buffer.from(outcome.before), outcome.after);
  if (written.kind === 'replaced') {
    if (change.kind === 'retry') await forgetRefusal(workspaceRoot, world, change.scene);
    return { kind: 'applied', file: outcome.file };
  }
  if (written.kind === 'missing' || written.kept === undefined) return CONFLICT;
  const kept = basename(written.kept);
  return { ...CONFLICT, message: `${CONFLICT.message} Another version of it is beside it as ${kept}.` };
}

const CONFLICT = {
  kind: 'conflict',
  message: 'The file was changed meanwhile, so nothing was written. Look at the difference again.',
} as const satisfies Applied;

async function workOut(workspaceRoot: string, world: World, change: Change): Promise<TextChange> {
  const id = change.kind === 'add-scene' ? change.entity : change.scene.split('/').slice(0, 2).join('/');
  const loaded = world.entities.find((one) => one.id === id);
  if (loaded === undefined) return goneFromWorld(id);
  const authored = await readAuthored(workspaceRoot, loaded.folder);
  const read = entityOf(authored);
  if (read.kind === 'broken') return { kind: 'refused', message: `Fix the file first. ${read.why}` };
  const take = await takesAbove(workspaceRoot, world, read.entity);
  const attempt = await attemptAfter(workspaceRoot, read.entity, change);
  const outcome = changedText(authored, read.entity, change, { take, attempt });
  if (outcome.kind !== 'changed') return outcome;
  if (!(await isInside(workspaceRoot, outcome.file))) {
    return { kind: 'refused', message: `${outcome.file} leads out of the workspace, so it is not written.` };
  }
  const after = entityOf({ ...authored, texts: new Map([...authored.texts, [outcome.file, outcome.after]]) });
  if (after.kind === 'broken')
    return { kind: 'refused', message: `The file would no longer be read: ${after.why}` };
  const worse = after.errors.find((one) => !read.errors.some((other) => other.message === one.message));
  if (worse !== undefined)
    return { kind: 'refused', message: `The file would have a mistake: ${worse.message}` };
  if (!isMade(after.entity, change)) {
    return {
      kind: 'refused',
      message: `The form of ${outcome.file} (${read.entity.dialect}) has no place for this. Change it in your editor.`,
    };
  }
  const touched = otherSceneTouched(read.entity, after.entity, change);
  return touched === undefined
    ? outcome
    : {
        kind: 'refused',
        message: `The change would also change the scene "${touched}". Make it in your editor.`,
      };
}

async function takesAbove(
  workspaceRoot: string,
  world: World,
  entity: Entity,
): Promise<(scene: Scene) => number> {
  const all = await scenesWithTakes(workspaceRoot, entity, REAL_PLACES);
  return (scene) => {
    const there = all.filter(({ id }) => id === scene.id).map(({ take }) => take);
    return Math.max(scene.take, takesOf(world, scene), ...there) + 1;
  };
}

/** The attempt that asks again for a refused scene; undefined for other changes, and for a scene that was not refused. */
async function attemptAfter(
  workspaceRoot: string,
  entity: Entity,
  change: Change,
): Promise<number | undefined> {
  if (change.kind !== 'retry') return undefined;
  const scene = entity.scenes.find(({ id }) => id === meantScene(change));
  const refusal = scene && (await refusalOf(workspaceRoot, entity, scene));
  if (scene === undefined || refusal === undefined) return undefined;
  return nextAttempt(new ResultStore(join(workspaceRoot, REAL_PLACES.stateDir, 'store')), scene, refusal);
}

async function refusalOf(workspaceRoot: string, entity: Entity, scene: Scene): Promise<Refusal | undefined> {
  const read = await readRefusal(join(workspaceRoot, scenePaths(entity, scene, REAL_PLACES).refusal));
  return read.kind === 'present' ? read.value : undefined;
}

/** What a run reported of the refused answer is no news any more. */
async function forgetRefusal(workspaceRoot: string, world: World, name: string): Promise<void> {
  const found = findScene(world, name);
  const refusal =
    found.kind === 'found' ? await refusalOf(workspaceRoot, found.entity, found.scene) : undefined;
  if (refusal === undefined) return;
  await dropRefusedLetters(join(workspaceRoot, REAL_PLACES.stateDir, 'batch'), new Set([refusal.key]));
}

/** Whether the file says now what was wanted: a dialect may take a field and never read it. */
function isMade(after: Entity, change: Change): boolean {
  const scene = after.scenes.find((one) => one.id === meantScene(change));
  if (scene === undefined) return false;
  switch (change.kind) {
    case 'lock':
      return scene.locked === change.locked;
    case 'reroll':
    case 'reject':
      return scene.take > 1;
    case 'retry':
      // It stands beside a scene's own fields in every dialect, so no dialect's reader knows it.
      return true;
    case 'prompt':
    case 'add-scene':
      return scene.prompt === change.prompt.replace(/\r\n?/g, '\n').trim();
  }
}

function meantScene(change: Change): string {
  return change.kind === 'add-scene' ? change.id : change.scene.split('/').slice(2).join('/');
}

/** A scene that a change was not about and that would be another afterwards. */
function otherSceneTouched(before: Entity, after: Entity, change: Change): string | undefined {
  const meant = meantScene(change);
  const now = new Map(after.scenes.map((scene) => [scene.id, scene]));
  return before.scenes.find((scene) => scene.id !== meant && !isDeepStrictEqual(scene, now.get(scene.id)))
    ?.id;
}
