import { hasKey, isDataMap, pathText, valueAt } from '../data.js';
import type { DataPath, Entity, InventoryEntry, PromptPart, Scene, SceneReference } from '../entity.js';
import { IMAGES_FOLDER } from '../file-names.js';
import { checkSlug, checkType, isTypeWord } from '../legacy/entity-check.js';
import {
  demandedParts,
  describedParts,
  hourIn,
  negativeTerms,
  ownLight,
  part,
  sentence,
  silencedIn,
} from '../legacy/parts.js';
import { listedReferences, peopleIn, portraitOf, portraitRefs, zoneOf } from '../legacy/references.js';
import { SceneIds } from '../legacy/scene-ids.js';
import { aspectRatioOf, imageSizeOf, modelOf, ownSettingsOf } from '../legacy/settings.js';
import { stateParts, statesIn } from '../legacy/states.js';
import { Fields } from '../lenient.js';
import { Notebook } from '../notebook.js';
import { PLAIN_FORM, type DialectReader, type ReaderInput, type ReaderOutcome } from '../reader.js';
import { isSlug, nameOfSlug } from '../slug.js';
import { joinInside } from '../workspace-path.js';

/** Chapters: a cast, places, moments, and images with prompts. */
export const h1Reader: DialectReader = {
  dialect: 'H1',
  looksLike:
    'a chapter with metadata, characters, locations, moments and images, each with custom_id and prompt_used (H1)',
  marks: [
    ['metadata', 'entity_type'],
    ['metadata', 'chapter_title'],
    ['moments'],
    ['images', 0, 'custom_id'],
  ],
  recognises({ data, folderType }) {
    const type = valueAt(data, ['metadata', 'entity_type']) ?? valueAt(data, ['entity_type']) ?? undefined;
    if (!hasKey(data, 'images')) return false;
    return type === undefined ? folderType === 'chapter' : isTypeWord(type, 'chapter');
  },
  form: PLAIN_FORM,
  read: readChapter,
};

/** What a chapter says of one of its characters. */
interface CastMember {
  readonly name: string | undefined;
  readonly pictures: readonly { readonly id: string; readonly at: DataPath }[];
  readonly fields: Fields;
}

interface Chapter {
  readonly input: ReaderInput;
  readonly root: Fields;
  readonly metadata: Fields;
  readonly cast: ReadonlyMap<string, CastMember>;
  readonly moments: ReadonlyMap<string, Fields>;
  readonly defaults: Fields | undefined;
  readonly model: string | undefined;
}

function readChapter(input: ReaderInput): ReaderOutcome {
  const book = new Notebook(input.file);
  const root = new Fields(isDataMap(input.data) ? input.data : {}, [], book);
  const metadata = root.map('metadata') ?? new Fields({}, ['metadata'], book);
  checkType(input, 'chapter', root, ['metadata', 'entity_type']);
  checkSlug(input, metadata.text('slug', 'chapter_slug'), metadata);
  const defaults = metadata.map('generation_defaults') ?? root.map('generation_defaults');
  const chapter: Chapter = {
    input,
    root,
    metadata,
    cast: readCast(root),
    moments: new Map(
      mapsOf(root, 'moments').flatMap((fields) => {
        const id = fields.text('id');
        return id === undefined ? [] : [[id.text, fields] as const];
      }),
    ),
    defaults,
    model: modelOf(defaults),
  };
  const ids = new SceneIds(book, new Set());
  const scenes = root.items('images').flatMap(({ value, at, key }): Scene[] => {
    if (!isDataMap(value)) {
      if (value !== null) book.warn('not-a-scene', `${pathText(at)} is no image; it is passed over.`, at);
      return [];
    }
    const fields = new Fields(value, at, book);
    const written = fields.text('custom_id', 'id', 'slug')?.text ?? key;
    const title = fields.text('title');
    const id =
      written !== undefined
        ? ids.claim(written, fields)
        : title !== undefined
          ? ids.claimTitle(title.text, fields)
          : ids.claimNameless('has no custom_id', fields);
    return id === undefined ? [] : [readImage(chapter, fields, id)];
  });
  if (scenes.length === 0) book.warn('no-scenes', 'This chapter asks for no picture.', ['images']);
  const thesis = metadata.text('visual_thesis');
  const entity: Entity = {
    type: 'chapter',
    slug: input.folder,
    dialect: 'H1',
    root: input.root,
    file: input.file,
    name: metadata.text('chapter_title', 'title', 'name')?.text ?? nameOfSlug(input.folder),
    ...(thesis === undefined ? {} : { description: thesis.text }),
    tags: metadata.words('tags'),
    ...silencedIn(root),
    traits: [],
    pictures: [],
    scenes,
  };
  return { entity, diagnostics: book.diagnostics, inventory: picturesMade(input, root) };
}

/** Images that name the file that was made for them. */
function picturesMade(input: ReaderInput, root: Fields): InventoryEntry[] {
  return mapsOf(root, 'images').flatMap((fields): InventoryEntry[] => {
    const id = fields.get('custom_id');
    const written = fields.get('file_path') ?? fields.get('file_name');
    if (typeof id !== 'string' || typeof written !== 'string') return [];
    // Other tools wrote absolute paths and paths from their own root; the part within the folder is meant.
    const within = written.slice(Math.max(0, written.lastIndexOf(`${IMAGES_FOLDER}/`)));
    const verdict = joinInside(
      input.root,
      within.startsWith(`${IMAGES_FOLDER}/`) ? within : `${IMAGES_FOLDER}/${within}`,
      input.root,
    );
    return verdict.kind === 'inside' ? [{ id, path: verdict.path, scene: id, at: fields.at }] : [];
  });
}

function mapsOf(fields: Fields, key: string): Fields[] {
  return fields
    .items(key)
    .flatMap(({ value, at }) => (isDataMap(value) ? [new Fields(value, at, fields.book)] : []));
}

function readCast(root: Fields): Map<string, CastMember> {
  const cast = new Map<string, CastMember>();
  for (const fields of mapsOf(root, 'characters')) {
    const slug = fields.text('ref', 'slug', 'character');
    if (slug === undefined || cast.has(slug.text)) continue;
    const pictures = fields
      .items('reference_images')
      .flatMap(({ value, at }) =>
        typeof value === 'string' && isSlug(value.trim()) ? [{ id: value.trim(), at }] : [],
      );
    cast.set(slug.text, { name: fields.text('name')?.text, pictures, fields });
  }
  return cast;
}

function readImage(chapter: Chapter, fields: Fields, id: string): Scene {
  const { input, metadata, defaults, model } = chapter;
  const prompt = fields.text('prompt_used', 'prompt');
  const people = peopleIn(fields, 'depicts_characters');
  const depicted = people.references.map((reference) => withCastPictures(chapter, reference));
  const momentId = fields.text('source_moment');
  const moment = momentId === undefined ? undefined : chapter.moments.get(momentId.text);
  const states = [...characterStates(chapter, fields, depicted), ...transformation(fields, moment)];
  const parts =
    prompt === undefined
      ? [...compiledParts(chapter, fields), ...people.parts, ...states]
      : [...demandedParts(fields, undefined), ...states, ...ownLight(fields)];
  const mood = fields.text('scene_mood', 'mood');
  const settings = defaults === undefined ? [fields] : [fields, defaults];
  const title = fields.text('title', 'visual_hook') ?? moment?.text('title');
  return {
    id,
    title: title?.text ?? nameOfSlug(id),
    ...(prompt === undefined
      ? {}
      : { prompt: prompt.text, promptSource: `${input.file} ${pathText(prompt.at)}` }),
    parts,
    ...(mood === undefined ? {} : { mood: mood.text }),
    ...hourIn(fields, moment),
    ...silencedIn(fields),
    negative: negativeTerms([fields, defaults, metadata]),
    aspectRatio: aspectRatioOf(settings, '16:9'),
    imageSize: imageSizeOf(settings),
    references: [
      ...depicted,
      ...portraitRefs(fields, input.root),
      ...listedReferences(fields, input.root),
      ...placeOf(fields, moment),
    ],
    ...(model === undefined ? {} : { model }),
    ...ownSettingsOf(fields),
    tags: fields.words('tags'),
    at: fields.at,
    file: input.file,
  };
}

/** The pictures that the chapter's cast names for a character come before its usual portrait. */
function withCastPictures(chapter: Chapter, reference: SceneReference): SceneReference {
  if (reference.kind !== 'entity') return reference;
  const member = chapter.cast.get(reference.slug);
  return member === undefined ? reference : portraitOf(reference.slug, reference.at, member.pictures);
}

/** `location` and `zone` of the image, else `location_zone` ("place/zone") of its moment. */
function placeOf(fields: Fields, moment: Fields | undefined): SceneReference[] {
  const location = fields.text('location');
  if (location !== undefined) {
    const [slug = '', inner] = location.text.split('/').map((piece) => piece.trim());
    const zone = fields.text('zone')?.text ?? inner;
    if (isSlug(slug)) return [zoneOf(slug, zone, location.at)];
    fields.book.note(
      'not-a-location',
      `${pathText(location.at)} is "${slug.slice(0, 60)}", which is no location's folder name; no picture of it is sent.`,
      location.at,
    );
    return [];
  }
  const written = moment?.text('location_zone');
  const [slug = '', zone] = (written?.text ?? '').split('/').map((piece) => piece.trim());
  return written !== undefined && isSlug(slug) ? [zoneOf(slug, zone, written.at)] : [];
}

/**
 * How each character looks: by the image itself, else by what the cast says for before, during or after the
 * moment, else by the lines of its variations that name this scene.
 */
function characterStates(
  chapter: Chapter,
  fields: Fields,
  depicted: readonly SceneReference[],
): PromptPart[] {
  const nameOf = (key: string): string => chapter.cast.get(key)?.name ?? nameOfSlug(key);
  const states = statesIn(fields, depicted);
  const parts = stateParts(fields, states, nameOf);
  const stated = new Set(states.map(({ who }) => who));
  for (const reference of depicted) {
    if (reference.kind !== 'entity' || stated.has(reference.slug)) continue;
    stated.add(reference.slug);
    const member = chapter.cast.get(reference.slug);
    if (member === undefined) continue;
    const found = variation(chapter, fields, member);
    if (found === undefined) continue;
    parts.push({
      ...part(fields.book.file, 'states', 2, sentence(found), [...member.fields.at, 'scene_variations']),
      who: { slug: reference.slug, name: nameOf(reference.slug) },
    });
  }
  return parts;
}

const PHASES = ['before', 'during', 'after'] as const;

function phaseOf(fields: Fields, moment: Fields | undefined): (typeof PHASES)[number] | undefined {
  const written = fields.get('transformation_state') ?? moment?.get('transformation_state');
  return PHASES.find((phase) => phase === written);
}

function momentOf(chapter: Chapter, fields: Fields): Fields | undefined {
  const id = fields.text('source_moment');
  return id === undefined ? undefined : chapter.moments.get(id.text);
}

function variation(chapter: Chapter, fields: Fields, member: CastMember): string | undefined {
  const moment = momentOf(chapter, fields);
  const phase = phaseOf(fields, moment);
  const byPhase = member.fields.map('scene_variations') ?? member.fields.map('transformation');
  if (byPhase !== undefined) return phase === undefined ? undefined : byPhase.text(phase)?.text;
  const text = member.fields.text('scene_variations')?.text;
  const number = /(\d+)$/.exec(fields.text('scene_id')?.text ?? '')?.[1];
  if (text === undefined || number === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.replace(/^\s*-\s*/, '').trim());
  const ofScene = lines.filter(
    (line) => Number(/^scene\s+0*(\d+)\b/i.exec(line)?.[1] ?? -1) === Number(number),
  );
  const always = lines.filter((line) => /^throughout\b/i.test(line));
  const kept = [...ofScene, ...always].map((line) => line.replace(/^[^:]{0,60}:\s*/, ''));
  return kept.length === 0 ? undefined : kept.map(sentence).join(' ');
}

/** What changes in the moment, if the picture shows the time before, in or after the change. */
function transformation(fields: Fields, moment: Fields | undefined): PromptPart[] {
  const phase = phaseOf(fields, moment);
  const beat = moment?.text('narrative_beat') ?? fields.text('narrative_beat');
  if (beat === undefined) return [];
  const change = part(fields.book.file, 'states', 3, sentence(beat.text), beat.at);
  return [phase === undefined ? change : { ...change, phase }];
}

function compiledParts(chapter: Chapter, fields: Fields): PromptPart[] {
  const { file } = fields.book;
  const hook = fields.has('visual_description') ? fields.text('visual_hook') : undefined;
  const context = zoneContext(chapter, fields);
  const thesis = chapter.metadata.text('visual_thesis');
  return [
    ...(hook === undefined ? [] : [part(file, 'must-see', 1, sentence(hook.text), hook.at)]),
    ...describedParts(fields, undefined),
    ...(context === undefined ? [] : [part(file, 'place', 3, sentence(context.text), context.at)]),
    ...(thesis === undefined ? [] : [part(file, 'style', 5, sentence(thesis.text), thesis.at)]),
  ];
}

/** What the chapter says of the place where the image is set. */
function zoneContext(chapter: Chapter, fields: Fields): ReturnType<Fields['text']> {
  const location = fields.text('location')?.text;
  const zone = fields.text('zone')?.text;
  for (const place of mapsOf(chapter.root, 'locations')) {
    if (place.text('ref', 'slug')?.text !== location) continue;
    for (const inner of mapsOf(place, 'zones')) {
      if (inner.text('id', 'slug')?.text === zone) return inner.text('chapter_context');
    }
  }
  return undefined;
}
