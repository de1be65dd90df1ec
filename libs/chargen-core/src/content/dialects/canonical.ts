import type { z } from 'zod';
import type {
  AuthoredPicture,
  DataPath,
  Entity,
  EntityType,
  Palette,
  PromptPart,
  ReferenceRole,
  Scene,
  SceneReference,
} from '../entity.js';
import { ENTITY_TYPES } from '../entity.js';
import type { Diagnostic } from '../diagnostic.js';
import { IMAGERY_FILE } from '../file-names.js';
import { imagePath, withoutExtension } from '../picture-paths.js';
import { canonicalSchema, type CanonicalFile, type sceneReferenceSchema } from '../canonical-schema.js';
import { SCENE_DEFAULTS, type DialectReader, type ReaderInput, type ReaderOutcome } from '../reader.js';
import { joinInside } from '../workspace-path.js';
import { schemaDiagnostics } from '../schema-diagnostics.js';
import { withoutScene, withoutScenes, type CanonicalScene, type ReadFile } from './canonical-file.js';
import { hasKey, valueAt } from '../data.js';
import { analysisEntries, learnedParts } from '../picture-analysis.js';

type CanonicalReference = z.infer<typeof sceneReferenceSchema>;

/** The form that chargen documents and writes: a flat list of scenes with prompts. */
export const canonicalReader: DialectReader = {
  dialect: 'canonical',
  looksLike: 'the canonical form: entity_type, name and a list of scenes, each with id, title and prompt',
  marks: [['entity_type'], ['name'], ['scenes'], ['references'], ['defaults']],
  recognises({ data }) {
    const type = valueAt(data, ['entity_type']);
    if (!ENTITY_TYPES.some((known) => known === type)) return false;
    // The lists of locations and chapters, which this form never has: their readers report more than "unknown field".
    if (!hasKey(data, 'scenes') && ['zones', 'overview', 'images'].some((key) => hasKey(data, key)))
      return false;
    // A character inventory (C1) has an entity_type as well, and `prompts` instead of scenes.
    return hasKey(data, 'name') || hasKey(data, 'scenes') || !hasKey(data, 'prompts');
  },
  form: { siblings: [], inventory: undefined, declaresPictures: true, scenesIn: IMAGERY_FILE },
  read: readCanonical,
};

function readCanonical(input: ReaderInput): ReaderOutcome {
  const parsed = canonicalSchema.safeParse(input.data);
  if (parsed.success) {
    const scenes = (parsed.data.scenes ?? []).map((written, index) => ({ written, index }));
    return build(input, { ...parsed.data, scenes, unread: [] });
  }
  const diagnostics = schemaDiagnostics(parsed.error, input.file, input.data);
  const rest = withoutScenes(input.data, diagnostics);
  // Nothing of the file is planned: an error outside of the scenes may change what each of them asks for.
  if (rest === undefined) return { entity: undefined, diagnostics: withoutScene(diagnostics) };
  const outcome = build(input, rest);
  return { ...outcome, diagnostics: [...diagnostics, ...outcome.diagnostics] };
}

function build(input: ReaderInput, file: ReadFile): ReaderOutcome {
  const diagnostics: Diagnostic[] = [];
  const report = (code: string, message: string, at: DataPath, scene?: string): void => {
    const ofScene = scene === undefined ? {} : { scene };
    diagnostics.push({ severity: 'error', code, message, file: input.file, at, ...ofScene });
  };
  checkPlace(input, file, report);
  const pictures = readPictures(input, file, report);
  const scenes = readScenes(input, file, pictures, report);
  const written: PromptPart[] = (file.traits ?? []).map((text, index) => ({
    section: 'traits',
    text,
    weight: 2,
    source: `${input.file} traits[${index}]`,
  }));
  const analyses = analysisEntries(input.data, input.root);
  const learned =
    file.analysis?.use_traits === false
      ? []
      : learnedParts(analyses, pictures, { ...input, slug: input.folder, name: file.name });
  const traits = [...written, ...learned];
  const palette = readPalette(file.palette);
  const entity: Entity = {
    type: file.entity_type,
    slug: input.folder,
    dialect: 'canonical',
    root: input.root,
    file: input.file,
    name: file.name,
    ...(file.description === undefined ? {} : { description: file.description.trim() }),
    tags: file.tags ?? [],
    ...looksOf(file.appearance),
    ...(file.silence === undefined ? {} : { silenced: file.silence }),
    ...(palette === undefined ? {} : { palette }),
    ...(file.style === undefined ? {} : { style: file.style.trim() }),
    traits,
    pictures,
    scenes,
    ...(file.unread.length === 0 ? {} : { unread: file.unread }),
  };
  return { entity, diagnostics, analyses };
}

/** Slug and type are stated by the folder too; two statements must not differ. */
function checkPlace(input: ReaderInput, file: ReadFile, report: Report): void {
  if (file.slug !== undefined && file.slug.normalize('NFC') !== input.folder.normalize('NFC')) {
    const message = `The slug is "${file.slug}" but the folder is "${input.folder}". Make them the same.`;
    report('slug-mismatch', message, ['slug']);
  }
  if (input.folderType !== undefined && input.folderType !== file.entity_type) {
    const message = `The entity_type is "${file.entity_type}" but the file is in a folder of ${input.folderType}s.`;
    report('type-mismatch', message, ['entity_type']);
  }
}

/** One text for those who read the looks as a whole, and its parts if the author stated them apart. */
function looksOf(appearance: CanonicalFile['appearance']): Pick<Entity, 'appearance' | 'looks'> {
  if (appearance === undefined) return {};
  if (typeof appearance === 'string') return { appearance: appearance.trim() };
  const { identity, attire } = appearance;
  const whole = [identity, attire].flatMap((text) => text?.trim() ?? []);
  return {
    ...(whole.length === 0 ? {} : { appearance: whole.join(' ') }),
    looks: {
      ...(identity === undefined ? {} : { identity: identity.trim() }),
      ...(attire === undefined ? {} : { attire: attire.trim() }),
      always: [],
    },
  };
}

type Report = (code: string, message: string, at: DataPath, scene?: string) => void;

function readPalette(palette: CanonicalFile['palette']): Palette | undefined {
  if (palette === undefined) return undefined;
  return { dominant: palette.dominant ?? [], accent: palette.accent ?? [], avoid: palette.avoid ?? [] };
}

function readPictures(input: ReaderInput, file: ReadFile, report: Report): AuthoredPicture[] {
  const pictures: AuthoredPicture[] = [];
  const ids = new Set<string>();
  for (const [index, written] of (file.references ?? []).entries()) {
    const at: DataPath = ['references', index];
    if (ids.has(written.id)) {
      report('duplicate-reference-id', `The reference "${written.id}" is declared twice.`, [...at, 'id']);
      continue;
    }
    ids.add(written.id);
    const verdict = joinInside(input.root, written.path, input.root);
    if (verdict.kind === 'outside') {
      report('path-outside', `The path "${written.path}" is not usable: ${verdict.why}.`, [...at, 'path']);
      continue;
    }
    pictures.push({
      id: written.id,
      paths: [verdict.path],
      role: written.role ?? defaultRole(file.entity_type),
      ...(written.description === undefined ? {} : { description: written.description }),
      ...(written.take === undefined ? {} : { take: written.take }),
      at,
    });
  }
  return pictures;
}

/** What a picture of an entity shows if the author did not state it: a character's face, a place, a moment. */
function defaultRole(type: EntityType): ReferenceRole {
  return type === 'character' ? 'portrait' : type === 'location' ? 'place' : 'other';
}

function readScenes(
  input: ReaderInput,
  file: ReadFile,
  pictures: readonly AuthoredPicture[],
  report: Report,
): Scene[] {
  const scenes: Scene[] = [];
  const seen = new Map<string, number>();
  const authored = new Map(
    pictures.flatMap((picture) => picture.paths.map((path) => [withoutExtension(path), picture.id])),
  );
  for (const { written, index } of file.scenes) {
    const at: DataPath = ['scenes', index];
    const first = seen.get(written.id);
    if (first !== undefined) {
      report(
        'duplicate-scene-id',
        `The scene id "${written.id}" is used twice (first by scene ${first + 1}). Give one of them another id.`,
        // An error of the whole file: the tool cannot decide which of the two the name means.
        [...at, 'id'],
      );
      continue;
    }
    seen.set(written.id, index);
    const claimed = authored.get(imagePath(input.root, written.id));
    if (claimed !== undefined) {
      report(
        'scene-names-reference',
        `The scene "${written.id}" would overwrite your reference "${claimed}". Give the scene another id.`,
        [...at, 'id'],
        written.id,
      );
      continue;
    }
    scenes.push(readScene(input, file, written, index, report));
  }
  return scenes;
}

function readScene(
  input: ReaderInput,
  file: ReadFile,
  written: CanonicalScene,
  index: number,
  report: Report,
): Scene {
  const at: DataPath = ['scenes', index];
  const model = written.model ?? file.defaults?.model;
  const temperature = written.temperature ?? file.defaults?.temperature;
  const references: SceneReference[] = [];
  for (const [number, reference] of (written.references ?? []).entries()) {
    const read = readReference(input, file, reference, [...at, 'references', number], written.id, report);
    if (read !== undefined) references.push({ ...read, ...remarksOf(reference) });
  }
  return {
    id: written.id,
    title: written.title,
    prompt: written.prompt.trim(),
    promptSource: `${input.file} scenes[${index}].prompt`,
    parts: [],
    ...(written.mood === undefined ? {} : { mood: written.mood }),
    negative: [...asTerms(written.negative_prompt), ...asTerms(file.defaults?.negative_prompt)],
    aspectRatio: written.aspect_ratio ?? file.defaults?.aspect_ratio ?? SCENE_DEFAULTS.aspectRatio,
    imageSize: written.image_size ?? file.defaults?.image_size ?? SCENE_DEFAULTS.imageSize,
    references,
    ...(model === undefined ? {} : { model }),
    ...(temperature === undefined ? {} : { temperature }),
    safetySettings: written.safety_settings ?? file.defaults?.safety_settings ?? [],
    take: written.take ?? 1,
    locked: written.locked ?? false,
    ...(written.use_traits === undefined ? {} : { useTraits: written.use_traits }),
    ...(written.time_of_day === undefined ? {} : { hour: written.time_of_day }),
    ...(written.silence === undefined ? {} : { silenced: written.silence }),
    tags: written.tags ?? [],
    at,
    file: input.file,
  };
}

/** Negative terms as a list; a text is one term, since a comma may belong to it. */
function asTerms(terms: string | readonly string[] | undefined): readonly string[] {
  if (terms === undefined) return [];
  return (typeof terms === 'string' ? [terms] : terms).map((term) => term.trim());
}

/** What an author states about a reference, apart from what it is. */
function remarksOf({ role, reason }: CanonicalReference): Pick<SceneReference, 'reason' | 'isRoleAssumed'> {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(role === undefined ? { isRoleAssumed: true } : {}),
  };
}

function readReference(
  input: ReaderInput,
  file: ReadFile,
  written: CanonicalReference,
  at: DataPath,
  scene: string,
  report: Report,
): SceneReference | undefined {
  if ('path' in written && typeof written.path === 'string') {
    const verdict = joinInside(input.root, written.path, input.root);
    if (verdict.kind === 'outside') {
      const message = `The path "${written.path}" is not usable: ${verdict.why}.`;
      report('path-outside', message, [...at, 'path'], scene);
      return undefined;
    }
    return referenceByPath(input, file, { ...written, path: written.path }, verdict.path, at);
  }
  const own = valueAt(written, ['scene']);
  for (const type of ENTITY_TYPES) {
    const slug = valueAt(written, [type]);
    if (typeof slug !== 'string') continue;
    const role = written.role ?? defaultRole(type);
    const picture = valueAt(written, ['reference']);
    const named = typeof picture === 'string' ? { picture } : {};
    if (typeof own !== 'string') return { kind: 'entity', type, slug, ...named, role, required: true, at };
    if (typeof picture !== 'string') {
      return { kind: 'entity-scene', type, slug, scene: own, role, required: true, at };
    }
    const message = 'Name either a scene or a reference of the other entity, not both.';
    report('reference-ambiguous', message, at, scene);
    return undefined;
  }
  if (typeof own !== 'string') return undefined;
  const role = written.role ?? defaultRole(file.entity_type);
  return { kind: 'own-scene', scene: own, role, required: true, at };
}

/** The picture of a scene is made, not drawn: it is waited for, and is no input that a fresh clone lacks. */
function referenceByPath(
  input: ReaderInput,
  file: ReadFile,
  written: Pick<CanonicalReference, 'role'> & { readonly path: string },
  path: string,
  at: DataPath,
): SceneReference {
  const ids = [...file.scenes.map((one) => one.written.id), ...file.unread];
  const own = ids.find((id) => withoutExtension(path) === imagePath(input.root, id));
  if (own !== undefined) {
    const role = written.role ?? defaultRole(file.entity_type);
    return { kind: 'own-scene', scene: own, role, required: true, at };
  }
  const declared = (file.references ?? []).find((reference) => reference.path === written.path);
  const role = written.role ?? declared?.role ?? defaultRole(file.entity_type);
  return { kind: 'file', path, role, required: true, at };
}
