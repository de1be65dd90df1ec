import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import {
  NOT_UTF8,
  parseYaml,
  readAuthoredText,
  readEntity,
  SIBLING_FILES,
  type Diagnostic,
  type Entity,
  type EntityFolder,
  isWithin,
} from 'chargen-core';

/** The texts of an entity's files, as they stand on the disk this moment. */
export interface Authored {
  readonly folder: EntityFolder;
  /** By path, relative to the workspace. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files whose bytes are not UTF-8: writing them back would lose what their author wrote. */
  readonly unwritable: ReadonlySet<string>;
}

export async function readAuthored(workspaceRoot: string, folder: EntityFolder): Promise<Authored> {
  const texts = new Map<string, string>();
  const unwritable = new Set<string>();
  for (const file of [folder.file, ...SIBLING_FILES.map((name) => posix.join(folder.root, name))]) {
    const read = await textOrWhy(join(workspaceRoot, file));
    if (read.kind === 'text') texts.set(file, read.text);
    else if (read.kind === 'not-utf8') unwritable.add(file);
  }
  return { folder, texts, unwritable };
}

type ReadText = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'not-utf8' | 'absent' };

async function textOrWhy(path: string): Promise<ReadText> {
  try {
    const text = await readAuthoredText(path);
    return text === undefined ? { kind: 'not-utf8' } : { kind: 'text', text };
  } catch {
    return { kind: 'absent' };
  }
}

export type EntityOutcome =
  | { readonly kind: 'entity'; readonly entity: Entity; readonly errors: readonly Diagnostic[] }
  | { readonly kind: 'broken'; readonly why: string };

/** Reads the texts as every other command of chargen does. */
export function entityOf({ folder, texts, unwritable }: Authored): EntityOutcome {
  const [foreign] = unwritable;
  if (foreign !== undefined)
    return { kind: 'broken', why: `${foreign} cannot be changed here: ${NOT_UTF8}.` };
  const data = new Map<string, unknown>();
  for (const [file, text] of texts) {
    const parsed = parseYaml(text, file);
    if (parsed.kind === 'broken') {
      const { line, message } = parsed.diagnostic;
      return {
        kind: 'broken',
        why: `${file}${line === undefined ? '' : `, line ${line}`}: ${message}`,
      };
    }
    data.set(file, parsed.data);
  }
  if (!data.has(folder.file)) return { kind: 'broken', why: `${folder.file} cannot be read.` };
  const siblings = new Map<string, unknown>();
  for (const name of SIBLING_FILES) {
    const file = posix.join(folder.root, name);
    if (data.has(file)) siblings.set(name, data.get(file));
  }
  const { entity, diagnostics } = readEntity({
    ...folder,
    data: data.get(folder.file),
    siblings,
  });
  const errors = diagnostics.filter((one) => one.severity === 'error');
  if (entity !== undefined) return { kind: 'entity', entity, errors };
  const why = errors.map((one) => one.message).join(' ');
  return { kind: 'broken', why: why === '' ? `${folder.file} is not understood.` : why };
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether a file of the workspace really is in it: a link that leads out must not be read or written through. */
export async function isInside(workspaceRoot: string, path: string): Promise<boolean> {
  try {
    return isWithin(await realpath(workspaceRoot), await realpath(join(workspaceRoot, path)));
  } catch {
    return false;
  }
}
