import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';

/** In place of the digest of what is to come: nothing is, so that what was looked at is not needed any more. */
export const NOTHING = '-';

/** Sixteen digits of a sha256: enough to know a file again that has one of two known contents. */
const DIGITS = 16;
const PREFIX = '.chargen-';
const FOLDER = /^\.chargen-(?<mark>[0-9a-z-]+)\.(?<lookedAt>[0-9a-f]{16})\.(?<next>[0-9a-f]{16}|-)\.aside$/;

export interface AsideFolder {
  /** Which process made it; for `isOfLivingProcess`. */
  readonly mark: string;
  /** Beginning of the sha256 of the bytes that were to be replaced. */
  readonly lookedAt: string;
  /** The same of the bytes that were to come in their place. */
  readonly next: string;
}

/** The name of a folder that takes one file aside while it is replaced: a command that finds it knows what to do. */
export async function asideFolderName(lookedAt: string, next: string): Promise<string> {
  // Loaded only here: most processes only look whether there are such folders.
  const { processMark } = await import('./temporary-files.js');
  return `${PREFIX}${await processMark()}.${lookedAt.slice(0, DIGITS)}.${next.slice(0, DIGITS)}.aside`;
}

export function parseAsideFolder(name: string): AsideFolder | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const { mark, lookedAt, next } = FOLDER.exec(name)?.groups ?? {};
  return mark === undefined || lookedAt === undefined || next === undefined
    ? undefined
    : { mark, lookedAt, next };
}

/** Whether a digest is one that such a name has the beginning of. */
export function begins(digest: string, part: string): boolean {
  return part !== NOTHING && digest.startsWith(part);
}

/**
 * The path that a file has when it is not aside: of `a/.chargen-….aside/imagery.yaml` that is `a/imagery.yaml`.
 * Any other path is returned as it is. With `/` between folders.
 */
export function pathWhenBack(path: string): string {
  const folder = posix.dirname(path);
  return parseAsideFolder(posix.basename(folder)) === undefined
    ? path
    : posix.join(posix.dirname(folder), posix.basename(path));
}

const KEPT = /^(?<of>.+)\.[0-9a-f]{8}\.kept$/s;

/** A name beside a file for a version of it that must not be deleted and has no place. */
export function keptName(target: string): string {
  return `${target}.${randomBytes(4).toString('hex')}.kept`;
}

/** The name of the file that such a name was made of; undefined for any other name. */
export function nameOfKept(name: string): string | undefined {
  return KEPT.exec(name)?.groups?.['of'];
}
