import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { z } from 'zod';
import type { Places } from '../plan/index.js';
import { asJson, canonicalJson } from '../util/canonical-json.js';
import { hasCode, isMissing } from '../util/fs-error.js';
import { jsonText } from '../util/json-text.js';
import { parseJson } from '../util/read-json.js';
import { replaceIfUnchanged } from '../util/replace-authored.js';
import { isSurelyAbsent } from '../util/stats-of.js';
import { keepBytes } from './keep-edited.js';

/** Why a file was not laid into an author's folder. Nothing of the author's was touched. */
export type NotLaid =
  /** A file is there that the tool did not write. `path` is relative to the workspace. */
  | { readonly kind: 'authors'; readonly path: string; readonly why: string }
  /** The entity is not there any more; `path` is what is missing. It is not made again under its old name. */
  | { readonly kind: 'moved'; readonly path: string };

export type LaidFile = { readonly kind: 'laid' } | NotLaid;

/** Where files are laid: the workspace, and the folders of its entities. */
export interface LayContext {
  readonly workspaceRoot: string;
  readonly places: Places;
  /** Makes the name of a file durable that was not there before; see `replaceIfUnchanged`. Default: at once. */
  readonly syncNew?: (folder: string) => Promise<void>;
}

/** The folder of an entity and its imagery.yaml, relative to the workspace. */
export interface EntityPlace {
  readonly root: string;
  readonly file: string;
}

/** How often a file is looked at that changes each time before it can be replaced. */
const MAX_LOOKS = 5;

/**
 * What is missing of an entity: its folder, or its imagery.yaml. An author renamed or deleted it while the run waited.
 */
export async function findMoved(
  { workspaceRoot }: LayContext,
  entity: EntityPlace,
): Promise<Extract<NotLaid, { kind: 'moved' }> | undefined> {
  for (const path of [entity.root, entity.file]) {
    if (!(await isThere(join(workspaceRoot, path)))) return { kind: 'moved', path };
  }
  return undefined;
}

/** Makes the folder of a file below that of its entity, which is never made: it was renamed or deleted. */
export async function openEntityFolder(
  context: LayContext,
  entity: EntityPlace,
  path: string,
): Promise<LaidFile> {
  const { workspaceRoot } = context;
  const moved = await findMoved(context, entity);
  if (moved !== undefined) return moved;
  let folder = entity.root;
  for (const name of posix.relative(entity.root, posix.dirname(path)).split('/')) {
    if (name === '') continue;
    folder = posix.join(folder, name);
    try {
      await mkdir(join(workspaceRoot, folder));
    } catch (error) {
      if (isMissing(error)) return { kind: 'moved', path: posix.dirname(folder) };
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
  return { kind: 'laid' };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    // A file that may not be read is there all the same.
    return !isMissing(error);
  }
}

/**
 * Writes a file, or removes it (`next` undefined), if what is there may be replaced by it. `isOwn` judges the bytes
 * that are there; those that it rejects stay. A file that is already as it should be is not touched.
 */
export async function layBytes(
  { workspaceRoot, syncNew }: LayContext,
  path: string,
  next: string | Uint8Array | undefined,
  isOwn: (bytes: Buffer) => OwnVerdict | Promise<OwnVerdict>,
): Promise<LaidFile> {
  const wanted = typeof next === 'string' ? Buffer.from(next) : next;
  let also = '';
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const present = await bytesAt(join(workspaceRoot, path));
    if (present === undefined && wanted === undefined) return { kind: 'laid' };
    if (present !== undefined && wanted !== undefined && present.equals(wanted)) return { kind: 'laid' };
    const verdict = present === undefined ? OWN : await isOwn(present);
    if (verdict.kind === 'authors') return { kind: 'authors', path, why: `${verdict.why}${also}` };
    try {
      const outcome = await replaceIfUnchanged(join(workspaceRoot, path), present, wanted, { syncNew });
      if (outcome.kind === 'replaced') return { kind: 'laid' };
      if (outcome.kind === 'changed' && outcome.kept !== undefined)
        also = `; another version of it is kept at ${outcome.kept}`;
    } catch (error) {
      if (isMissing(error)) return { kind: 'moved', path: posix.dirname(path) };
      throw error;
    }
  }
  return { kind: 'authors', path, why: `another program writes it all the time${also}` };
}

export type OwnVerdict = { readonly kind: 'own' } | { readonly kind: 'authors'; readonly why: string };
export const OWN: OwnVerdict = { kind: 'own' };

/**
 * Lays a JSON file that the tool writes, or removes it (`value` undefined). One that does not have the tool's form
 * stays; of one that holds more than the tool writes a copy is kept. Other white space is no difference.
 */
export async function layJson(
  context: LayContext,
  path: string,
  value: unknown,
  schema: z.ZodType,
): Promise<LaidFile> {
  const text = value === undefined ? undefined : jsonText(value);
  if (value !== undefined && (await saysTheSame(join(context.workspaceRoot, path), value)))
    return { kind: 'laid' };
  return layBytes(context, path, text, async (bytes) => {
    const data = parseJson(bytes.toString('utf8'));
    const parsed = schema.safeParse(data);
    if (!parsed.success) return { kind: 'authors', why: 'it is not what chargen writes there' };
    if (canonicalJson(asJson(parsed.data)) !== canonicalJson(asJson(data)))
      await keepBytes(context.workspaceRoot, context.places, path, bytes);
    return OWN;
  });
}

/** Whether a file holds a value, with any white space and order of keys: a formatter may have written it. */
export async function saysTheSame(path: string, value: unknown): Promise<boolean> {
  const bytes = await bytesAt(path);
  const data = bytes === undefined ? undefined : parseJson(bytes.toString('utf8'));
  return data !== undefined && canonicalJson(asJson(data)) === canonicalJson(asJson(value));
}

export async function bytesAt(path: string): Promise<Buffer | undefined> {
  if (isSurelyAbsent(path)) return undefined;
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
