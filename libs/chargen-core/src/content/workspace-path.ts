import { posix } from 'node:path';

export type PathVerdict =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'outside'; readonly why: string };

/**
 * Joins a path that an author wrote to a folder of the workspace. Absolute paths, drive letters, backslashes
 * and anything that would leave `boundary` (a folder relative to the workspace, '' for the whole of it) are
 * rejected: content must never make the tool read or write elsewhere.
 */
export function joinInside(folder: string, written: string, boundary: string): PathVerdict {
  if (written.includes('\0')) return { kind: 'outside', why: 'it holds a NUL character' };
  if (written.includes('\\')) return { kind: 'outside', why: 'it holds a backslash; use forward slashes' };
  if (written.startsWith('/') || /^[a-zA-Z]:/.test(written)) {
    return { kind: 'outside', why: "it is absolute; paths are relative to the entity's folder" };
  }
  const path = posix.normalize(posix.join(folder, written));
  const limit = boundary === '' ? '' : `${posix.normalize(boundary)}/`;
  if (path.startsWith('../') || path === '..' || !path.startsWith(limit)) {
    return { kind: 'outside', why: `it leaves ${boundary === '' ? 'the workspace' : boundary}` };
  }
  return { kind: 'inside', path };
}
