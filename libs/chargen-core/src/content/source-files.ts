import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { unreachable } from '../util/unreachable.js';
import type { Diagnostic } from './diagnostic.js';
import { SIBLING_FILES } from './file-names.js';
import { fileTooLarge, MAX_YAML_BYTES, parseYaml, type YamlOutcome } from './parse-yaml.js';

/** What is in the place of a file that authors write. */
export type SourceFile =
  | { readonly kind: 'text'; readonly bytes: Buffer }
  /** Bytes that are not UTF-8 become replacement characters in a text: a prompt of these would be paid for. */
  | { readonly kind: 'not-utf8'; readonly bytes: Buffer }
  | { readonly kind: 'too-large'; readonly bytes: number }
  /** `isThere`: something is there, and could not be read this time. */
  | { readonly kind: 'absent'; readonly isThere: boolean };

/**
 * sha256 over names and contents; each part is prefixed by its length, so that no two sets of files are alike. It is
 * taken over bytes: they are decoded to text only if the file has changed.
 */
export function digestOf(files: readonly (readonly [string, SourceFile])[]): string {
  const hash = createHash('sha256');
  for (const [name, file] of files) {
    const bytes = bytesToDigest(file);
    hash.update(`${name}\0${file.kind}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function bytesToDigest(file: SourceFile): string | Buffer {
  switch (file.kind) {
    case 'text':
    case 'not-utf8':
      return file.bytes;
    case 'too-large':
      return String(file.bytes);
    case 'absent':
      return '';
    default:
      return unreachable(file);
  }
}

const texts = new WeakMap<Buffer, string>();

/** Decoded once, however many look at it. */
export function textOfSource({ bytes }: Extract<SourceFile, { kind: 'text' }>): string {
  let text = texts.get(bytes);
  if (text === undefined) texts.set(bytes, (text = bytes.toString('utf8')));
  return text;
}

export function parseSource(read: Exclude<SourceFile, { kind: 'absent' }>, file: string): YamlOutcome {
  switch (read.kind) {
    case 'text':
      return parseYaml(textOfSource(read), file);
    case 'not-utf8':
      return { kind: 'broken', diagnostic: notUtf8(read.bytes.toString('utf8'), file) };
    case 'too-large':
      return { kind: 'broken', diagnostic: fileTooLarge(read.bytes, file) };
    default:
      return unreachable(read);
  }
}

function notUtf8(text: string, file: string): Diagnostic {
  const before = text.slice(0, text.indexOf('\ufffd')).split('\n');
  return {
    severity: 'error',
    code: 'not-utf8',
    message: 'The file is not UTF-8 text. Save it as UTF-8 in your editor.',
    file,
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
  };
}

/** Never throws: what cannot be read is as good as not there. */
export function readSource(workspaceRoot: string, file: string): SourceFile {
  const path = join(workspaceRoot, file);
  try {
    // Asked before reading: a file of gigabytes must not be read into memory only to be rejected.
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { kind: 'absent', isThere: false };
    if (stats.size > MAX_YAML_BYTES) return { kind: 'too-large', bytes: stats.size };
    const bytes = readFileSync(path);
    return { kind: isUtf8(bytes) ? 'text' : 'not-utf8', bytes };
  } catch {
    return { kind: 'absent', isThere: true };
  }
}

/** The files of an entity as they are now. */
export interface EntitySources {
  readonly main: SourceFile;
  /** Those that are there, by their names. */
  readonly siblings: ReadonlyMap<string, SourceFile>;
  /** Of all of them. */
  readonly digest: string;
  /** Whether something is there that could not be read. */
  readonly isDoubtful: boolean;
}

/** Reads the files of an imagery.yaml; both paths are relative to the workspace. */
export function readSources(
  workspaceRoot: string,
  { root, file }: { readonly root: string; readonly file: string },
): EntitySources {
  const main = readSource(workspaceRoot, file);
  const siblings = new Map<string, SourceFile>();
  let isDoubtful = main.kind === 'absent' && main.isThere;
  for (const name of SIBLING_FILES) {
    const sibling = readSource(workspaceRoot, posix.join(root, name));
    if (sibling.kind !== 'absent') siblings.set(name, sibling);
    else isDoubtful ||= sibling.isThere;
  }
  return { main, siblings, digest: digestOf([['', main], ...siblings]), isDoubtful };
}
