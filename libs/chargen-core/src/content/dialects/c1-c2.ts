import { posix } from 'node:path';
import { hasKey, isDataMap, pathText, valueAt } from '../data.js';
import type { AuthoredPicture, Entity, InventoryEntry, Looks, PromptPart, Scene } from '../entity.js';
import { IDEAS_FILE } from '../file-names.js';
import { imagePath } from '../picture-paths.js';
import { checkSlug, checkType, isTypeWord } from '../legacy/entity-check.js';
import {
  describedParts,
  hourIn,
  negativeTerms,
  ownLight,
  part,
  sentence,
  silencedIn,
} from '../legacy/parts.js';
import { listedReferences, peopleIn, portraitOf, portraitRefs } from '../legacy/references.js';
import { SceneIds } from '../legacy/scene-ids.js';
import { aspectRatioOf, imageSizeOf, modelOf, ownSettingsOf } from '../legacy/settings.js';
import { Fields } from '../lenient.js';
import { Notebook } from '../notebook.js';
import { analysisEntries, INVENTORY_SECTION, learnedParts } from '../picture-analysis.js';
import type { DialectReader, ReaderInput, ReaderOutcome } from '../reader.js';
import { looksLikeModelAnswer } from '../refusal-text.js';
import { nameOfSlug, slugOf } from '../slug.js';
import { isOwnRecord } from '../record-place.js';
import { joinInside } from '../workspace-path.js';

const PORTRAIT_FILES = ['portrait.png', 'portrait.jpg', 'portrait.jpeg', 'portrait.webp'];

/** Characters: an inventory of pictures that are there (C1), and ideas for new ones in image-ideas.yaml (C2). */
export const c1c2Reader: DialectReader = {
  dialect: 'C1+C2',
  looksLike:
    'a character inventory: entity_type, appearance, prompts and image_inventory, with image-ideas.yaml beside it (C1+C2)',
  marks: [['entity_type'], ['appearance'], ['prompts'], ['image_inventory']],
  recognises({ data, siblings, folderType }) {
    const type = valueAt(data, ['entity_type']) ?? undefined;
    if (type === undefined ? folderType !== 'character' : !isTypeWord(type, 'character')) return false;
    if (hasKey(data, 'prompts')) return !hasKey(data, 'scenes');
    // The canonical form has a name and scenes of its own.
    if (hasKey(data, 'name') || hasKey(data, 'scenes')) return false;
    return hasKey(data, 'image_inventory') || (isDataMap(data) && siblings.has(IDEAS_FILE));
  },
  form: {
    siblings: [IDEAS_FILE],
    inventory: INVENTORY_SECTION,
    declaresPictures: false,
    scenesIn: IDEAS_FILE,
  },
  read: readCharacter,
};

function readCharacter(input: ReaderInput): ReaderOutcome {
  const book = new Notebook(input.file);
  const root = new Fields(isDataMap(input.data) ? input.data : {}, [], book);
  checkType(input, 'character', root, ['entity_type']);
  checkSlug(input, root.text('slug'), root);
  const ideasBook = new Notebook(posix.join(input.root, IDEAS_FILE));
  const ideas = readIdeas(input.siblings.get(IDEAS_FILE), input.siblings.has(IDEAS_FILE), ideasBook);
  const written = root.text('appearance');
  const refusal = written !== undefined && looksLikeModelAnswer(written.text);
  if (refusal) {
    book.warn(
      'appearance-is-no-description',
      'The appearance is what a language model answered in place of a description; it is not used in prompts.',
      written.at,
    );
  }
  const inventory = readInventory(input, root);
  const pictures = portraits(input, root, inventory);
  const analyses = analysisEntries(input.data, input.root);
  const name = ideas?.map('character')?.text('name')?.text ?? nameOfSlug(input.folder);
  const taken = new Set(pictures.flatMap((picture) => picture.paths.map(stem)));
  const entity: Entity = {
    type: 'character',
    slug: input.folder,
    dialect: 'C1+C2',
    root: input.root,
    file: input.file,
    name,
    ...description(ideas),
    tags: root.words('tags'),
    ...(written === undefined || refusal ? {} : { appearance: written.text }),
    ...looksOf(ideas),
    ...silencedIn(root),
    traits: learnedParts(analyses, pictures, { slug: input.folder, name, file: input.file }),
    pictures,
    scenes: ideas === undefined ? [] : readScenes(input, ideas, taken),
  };
  if (ideas === undefined) {
    const template =
      refusal && inventory.length === 0 ? ' It looks like a template that was never filled in.' : '';
    const lack = input.siblings.has(IDEAS_FILE)
      ? `The ${IDEAS_FILE} beside this file is empty`
      : `There is no ${IDEAS_FILE} beside this file`;
    book.note('no-scenes', `${lack}, so the character asks for no picture.${template}`, []);
  }
  return { entity, diagnostics: [...book.diagnostics, ...ideasBook.diagnostics], inventory, analyses };
}

function description(ideas: Fields | undefined): { description?: string } {
  const summary = ideas?.map('character')?.text('summary');
  return summary === undefined ? {} : { description: summary.text };
}

function readIdeas(data: unknown, exists: boolean, book: Notebook): Fields | undefined {
  if (isDataMap(data)) return new Fields(data, [], book);
  if (Array.isArray(data)) return new Fields({ scenes: data }, [], book);
  if (exists) book.warn('no-scenes', 'The file holds no scenes.', []);
  return undefined;
}

/** The file's name in `images/`, without extension, as scenes would claim it. */
function stem(path: string): string {
  return posix.basename(path, posix.extname(path));
}

function readInventory(input: ReaderInput, root: Fields): InventoryEntry[] {
  return root.items('image_inventory').flatMap(({ value, at, key }): InventoryEntry[] => {
    // What the tool recorded is nothing that an author wrote: it must not change what anything refers to.
    if (!isDataMap(value) || isOwnRecord(value)) return [];
    const id = typeof value['id'] === 'string' ? value['id'] : key;
    const written = value['path'];
    if (id === undefined || typeof written !== 'string') return [];
    const verdict = joinInside(input.root, written, input.root);
    if (verdict.kind === 'outside') {
      root.book.warn('path-outside', `The path of "${id.slice(0, 80)}" is not usable: ${verdict.why}.`, [
        ...at,
        'path',
      ]);
      return [];
    }
    const title = valueAt(value, ['content', 'title']);
    const originalName = valueAt(value, ['provenance', 'original_filename']);
    const scene = valueAt(value, ['generation', 'target_id']) ?? valueAt(value, ['generation', 'scene']);
    return [
      {
        id,
        path: verdict.path,
        ...(typeof title === 'string' ? { title } : {}),
        ...(typeof originalName === 'string' ? { originalName } : {}),
        ...(typeof scene === 'string' ? { scene } : {}),
        at,
      },
    ];
  });
}

/**
 * The portraits that the inventory flags, each with the usual file names after it: an inventory may name a file
 * that was renamed since. Whether any of them is there is looked up when a scene is planned.
 */
function portraits(
  input: ReaderInput,
  root: Fields,
  inventory: readonly InventoryEntry[],
): AuthoredPicture[] {
  const usual = PORTRAIT_FILES.map((name) => imagePath(input.root, name));
  const flagged = inventory.filter(
    (entry) => valueAt(root.data, [...entry.at, 'is_reference_portrait']) === true,
  );
  const picture = (id: string, paths: readonly string[], at: AuthoredPicture['at']): AuthoredPicture[] => {
    const [first, ...rest] = new Set(paths);
    return first === undefined ? [] : [{ id, paths: [first, ...rest], role: 'portrait', at }];
  };
  if (flagged.length === 0) return picture(`${input.folder}-portrait`, usual, []);
  return flagged.flatMap((entry) => picture(entry.id, [entry.path, ...usual], entry.at));
}

function readScenes(input: ReaderInput, ideas: Fields, taken: ReadonlySet<string>): Scene[] {
  const { book } = ideas;
  const ids = new SceneIds(book, taken);
  const scenes: Scene[] = [];
  for (const { value, at, key } of ideas.items('scenes')) {
    const text = typeof value === 'string' && value.trim() !== '' ? { title: value, scene: value } : value;
    if (!isDataMap(text)) {
      if (text !== null) book.warn('not-a-scene', `${pathText(at)} is no scene; it is passed over.`, at);
      continue;
    }
    if (text !== value)
      book.note('text-for-scene', `${pathText(at)} is only a text; it is read as its title.`, at);
    const fields = new Fields(text, at, book);
    const written = fields.text('id', 'slug');
    const title = fields.text('title', 'name')?.text ?? key ?? written?.text ?? fields.text('scene')?.text;
    const id =
      written !== undefined
        ? ids.claim(written.text, fields)
        : title !== undefined
          ? ids.claimTitle(besidePortrait(title, taken), fields)
          : ids.claimNameless('has no title', fields);
    if (id !== undefined) scenes.push(readScene(input, fields, id, title ?? nameOfSlug(id)));
  }
  if (scenes.length === 0)
    book.warn('no-scenes', 'The file holds no scenes, so the character asks for no picture.', ['scenes']);
  return scenes;
}

/** A scene called "Portrait" gets a name beside `images/portrait.*`, which is the author's own picture. */
function besidePortrait(title: string, taken: ReadonlySet<string>): string {
  return taken.has(slugOf(title)) ? `${title} scene` : title;
}

function readScene(input: ReaderInput, fields: Fields, id: string, title: string): Scene {
  const prompt = fields.text('prompt_used', 'prompt');
  const mood = fields.text('mood', 'scene_mood');
  const people = peopleIn(fields, 'depicts_characters', 'characters_present');
  const model = modelOf(fields.map('generation_defaults'));
  return {
    id,
    title,
    ...(prompt === undefined
      ? {}
      : { prompt: prompt.text, promptSource: `${fields.book.file} ${pathText(prompt.at)}` }),
    parts: prompt === undefined ? [...ideaParts(fields, title), ...people.parts] : ownLight(fields),
    ...hourIn(fields),
    ...silencedIn(fields),
    ...(mood === undefined ? {} : { mood: mood.text }),
    negative: negativeTerms([fields]),
    aspectRatio: aspectRatioOf([fields], '3:4'),
    imageSize: imageSizeOf([fields]),
    references: [
      portraitOf(input.folder, fields.at),
      ...people.references,
      ...portraitRefs(fields, input.root),
      ...listedReferences(fields, input.root),
    ],
    ...(model === undefined ? {} : { model }),
    ...ownSettingsOf(fields),
    tags: fields.words('tags'),
    at: fields.at,
    file: fields.book.file,
  };
}

function ideaParts(fields: Fields, title: string): PromptPart[] {
  const { file } = fields.book;
  const said = (
    key: string,
    section: PromptPart['section'],
    weight: PromptPart['weight'],
    before: string,
  ): PromptPart[] => {
    const written = fields.text(key);
    return written === undefined
      ? []
      : [part(file, section, weight, sentence(`${before}${written.text}`), written.at)];
  };
  const scene = said('scene', 'must-see', 1, '');
  const described = describedParts(fields, undefined);
  return [
    ...(scene.length + described.length > 0
      ? scene
      : [part(file, 'must-see', 1, sentence(title), fields.at)]),
    ...said('pose', 'must-see', 1, 'Pose: '),
    ...said('setting', 'must-see', 1, 'Setting: '),
    ...described,
  ];
}

/** The lines that hold for every picture of the character. */
function looksOf(ideas: Fields | undefined): { looks?: Looks } {
  const always = ideas?.list('visual_consistency') ?? [];
  if (ideas === undefined || always.length === 0) return {};
  const { file } = ideas.book;
  const alwaysAt = ['visual_consistency'];
  return { looks: { always, alwaysSource: `${file} visual_consistency`, alwaysAt, alwaysFile: file } };
}
