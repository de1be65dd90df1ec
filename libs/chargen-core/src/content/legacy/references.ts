import { posix } from 'node:path';
import { isDataMap, pathText, type DataMap } from '../data.js';
import type { DataPath, PromptPart, ReferenceRole, SceneReference } from '../entity.js';
import { phraseOf, type Fields, type Item } from '../lenient.js';
import { isSlug } from '../slug.js';
import { joinInside } from '../workspace-path.js';
import { part, sentence } from './parts.js';

/**
 * References of older dialects are optional: a missing one is reported and left out, since their authors never had a
 * tool that looked them up.
 */
const WISH = { required: false } as const;

/** The portrait of a character, by its slug. */
export function portraitOf(
  slug: string,
  at: DataPath,
  prefer: readonly { readonly id: string; readonly at: DataPath }[] = [],
): SceneReference {
  return {
    kind: 'entity',
    type: 'character',
    slug,
    role: 'portrait',
    ...WISH,
    at,
    ...(prefer.length === 0 ? {} : { prefer }),
  };
}

/** The part of a location that a scene takes place in. */
export function zoneOf(slug: string, zone: string | undefined, at: DataPath): SceneReference {
  return { kind: 'zone', slug, role: 'place', ...WISH, at, ...(zone === undefined ? {} : { zone }) };
}

/** Another scene of the same entity, whose picture is made first. */
export function ownScene(scene: string, at: DataPath): SceneReference {
  return { kind: 'own-scene', scene, role: 'place', ...WISH, at };
}

export interface PeopleRead {
  readonly references: readonly SceneReference[];
  /** People without a name: "eight guards". */
  readonly parts: readonly PromptPart[];
}

/** Reads a list of who is seen: slugs, objects with a slug, or people without a name. */
export function peopleIn(fields: Fields, ...keys: readonly string[]): PeopleRead {
  const references: SceneReference[] = [];
  const parts: PromptPart[] = [];
  for (const key of keys) {
    for (const { value, at, key: own } of fields.items(key).flatMap((item) => slugsIn(item, fields))) {
      const slug = slugIn(value) ?? (own !== undefined && isSlug(own) ? own : undefined);
      if (slug !== undefined) {
        references.push(portraitOf(slug, at));
        continue;
      }
      const text = isDataMap(value) ? crowd(value) : phraseOf(value);
      if (text === '') continue;
      parts.push(part(fields.book.file, 'subject', 3, sentence(`Also seen: ${text}`), at));
      if (!isDataMap(value)) {
        fields.book.note(
          'not-a-character',
          `${pathText(at)} is "${shortened(text)}", which is no character's folder name; no portrait is sent for it.`,
          at,
        );
      }
    }
  }
  return { references, parts };
}

/** `finn, ada-vance` in place of a list. A text that holds anything but slugs stays one. */
function slugsIn(item: Item, fields: Fields): readonly Item[] {
  if (typeof item.value !== 'string' || !item.value.includes(',')) return [item];
  const slugs = item.value.split(',').map((piece) => piece.trim());
  if (!slugs.every(isSlug)) return [item];
  fields.book.note('read-as-list', `${pathText(item.at)} is a text; it is read as a list.`, item.at);
  return slugs.map((value) => ({ value, at: item.at }));
}

function crowd(value: DataMap): string {
  const count = phraseOf(value['generic_count'] ?? value['count']);
  const what = phraseOf(value['description'] ?? value['name'] ?? value['role']);
  return [count, what].filter((text) => text !== '').join(' ');
}

/** The slug of the character that an entry is about. */
export function slugIn(value: unknown): string | undefined {
  if (typeof value === 'string') return isSlug(value.trim()) ? value.trim() : undefined;
  if (!isDataMap(value)) return undefined;
  for (const key of ['slug', 'character_slug', 'character', 'ref']) {
    const slug = value[key];
    if (typeof slug === 'string' && isSlug(slug.trim())) return slug.trim();
  }
  return undefined;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** `character_portrait_refs`: a slug, and the path of a portrait from the entity or from the world's folder. */
export function portraitRefs(fields: Fields, root: string): readonly SceneReference[] {
  const references: SceneReference[] = [];
  for (const { value, at } of fields.items('character_portrait_refs')) {
    const slug = slugIn(value);
    const written = isDataMap(value) ? (value['portrait'] ?? value['path'] ?? value['portrait_path']) : value;
    const path = typeof written === 'string' && /[./]/.test(written) ? written.trim() : undefined;
    const usual = slug !== undefined && (path === undefined || isPortraitOf(slug, path));
    if (usual) references.push(portraitOf(slug, at));
    else if (path !== undefined) {
      references.push(
        ...fileReference(fields, path, path.startsWith('.') ? root : worldOf(root), 'portrait', at),
      );
    }
  }
  return references;
}

/** The folder that holds `characters/`, two above the entity: where paths from one entity to another begin. */
function worldOf(root: string): string {
  const above = posix.dirname(posix.dirname(root));
  return above === '.' ? '' : above;
}

function isPortraitOf(slug: string, path: string): boolean {
  const [stem] = posix.basename(path).split('.');
  return stem === 'portrait' && posix.dirname(path).endsWith(`characters/${slug}/images`);
}

function fileReference(
  fields: Fields,
  path: string,
  folder: string,
  role: ReferenceRole,
  at: DataPath,
): SceneReference[] {
  const verdict = joinInside(folder, path, '');
  if (verdict.kind === 'inside') return [{ kind: 'file', path: verdict.path, role, ...WISH, at }];
  fields.book.warn(
    'path-outside',
    `The path "${shortened(path)}" is not usable: ${verdict.why}. It is left out.`,
    at,
  );
  return [];
}

/** References to plans, notes and places that inform a writer; none of them is a picture. */
const DOCUMENTARY = /plan|chapter|zone|location|note|theme|thematic|document|source|profile|moment|scene/i;

/**
 * The `references` of a scene. Portraits, own pictures and inventory ids are pictures; the rest of what stands
 * there (plans of chapters, notes) informs a writer and is passed over.
 */
export function listedReferences(fields: Fields, root: string): readonly SceneReference[] {
  const references: SceneReference[] = [];
  for (const { value, at } of fields.items('references')) {
    if (typeof value === 'string') references.push(...ofText(fields, value.trim(), root, at));
    else if (isDataMap(value)) {
      const reason = phraseOf(value['reason'] ?? value['purpose']);
      const read = ofMap(fields, value, root, at);
      references.push(...(reason === '' ? read : read.map((one) => ({ ...one, reason }))));
    }
  }
  return references;
}

function pictureFile(fields: Fields, path: string, root: string, at: DataPath): SceneReference[] {
  const isOfWorld = /^(?:characters|locations|chapters)\//.test(path);
  return fileReference(fields, path, isOfWorld ? worldOf(root) : root, 'other', at);
}

function ofText(fields: Fields, text: string, root: string, at: DataPath): SceneReference[] {
  if (/\.(?:png|jpe?g|webp)$/i.test(text)) return pictureFile(fields, text, root, at);
  if (isSlug(text)) return [{ kind: 'picture-id', id: text, role: 'other', ...WISH, at }];
  const [place = '', zone = '', ...more] = text.split('/');
  if (more.length > 0 || !isSlug(place) || !isSlug(zone) || /^chapters?$/.test(place)) return [];
  if (/^characters?$/.test(place)) return [portraitOf(zone, at)];
  return [/^locations?$/.test(place) ? zoneOf(zone, undefined, at) : zoneOf(place, zone, at)];
}

function ofMap(fields: Fields, value: DataMap, root: string, at: DataPath): SceneReference[] {
  const type = typeof value['type'] === 'string' ? value['type'] : '';
  const slug = slugIn(value);
  if (/character|portrait/i.test(type)) {
    if (slug !== undefined) return [portraitOf(slug, at)];
    fields.book.warn('reference-without-slug', `${pathText(at)} names no character; it is left out.`, at);
    return [];
  }
  const path = value['path'];
  if (typeof path === 'string' && /\.(?:png|jpe?g|webp)$/i.test(path))
    return pictureFile(fields, path, root, at);
  const id = value['id'] ?? value['asset_id'] ?? value['image_id'];
  if (typeof id === 'string' && isSlug(id)) return [{ kind: 'picture-id', id, role: 'other', ...WISH, at }];
  const character = value['character'] ?? value['character_slug'];
  if (typeof character === 'string' && isSlug(character)) return [portraitOf(character, at)];
  if (type === '' || DOCUMENTARY.test(type)) return [];
  fields.book.note(
    'reference-not-a-picture',
    `${pathText(at)} has the type "${shortened(type)}", which names no picture.`,
    at,
  );
  return [];
}
