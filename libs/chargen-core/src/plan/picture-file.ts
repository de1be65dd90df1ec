import { formatOfName } from '../picture/index.js';
import { unreachable } from '../util/unreachable.js';
import type { FileDigests } from './file-digests.js';
import { requestFile, type RequestFile } from './request.js';

export type PictureFileOutcome =
  | { readonly kind: 'file'; readonly file: RequestFile }
  | { readonly kind: 'absent' }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string };

export interface PictureFileOptions {
  /** For people and for the prompt: name and role of the picture. */
  readonly subject: Pick<RequestFile, 'name' | 'role'>;
  /** The first one that exists counts; relative to the workspace. */
  readonly paths: readonly string[];
  /** What messages call it. */
  readonly thing: 'reference' | 'picture';
}

/**
 * Looks at an authored picture before anything is uploaded. A Git LFS pointer has the content's sha256 as its
 * `oid`, so planning needs no download: only staging does.
 */
export async function judgePictureFile(
  digests: FileDigests,
  { subject, paths, thing }: PictureFileOptions,
): Promise<PictureFileOutcome> {
  const problem = (code: string, message: string): PictureFileOutcome => ({ kind: 'problem', code, message });
  for (const path of paths) {
    const facts = await digests.find(path);
    if (facts.kind === 'absent') continue;
    if (facts.kind === 'unreadable') {
      return problem('unreadable-picture', `The ${thing} ${path} cannot be read: ${facts.why}.`);
    }
    // A symbolic link could lead anywhere, and what it leads to would be uploaded.
    if (!digests.isInside(path)) {
      return problem('path-outside', `The ${thing} ${path} is a link that leaves the workspace.`);
    }
    const { verdict, sha256 } = facts;
    switch (verdict.kind) {
      case 'whole':
        return requestFile(subject, { ...verdict, sha256 }, path);
      case 'lfs-pointer':
        return requestFile(subject, { sha256: verdict.oid, ...formatOfName(path) }, path, true);
      case 'empty': {
        const restore = `Restore it: git checkout -- ${path}`;
        return problem('empty-picture', `The ${thing} ${path} is empty (0 bytes). ${restore}`);
      }
      case 'broken':
        return problem('broken-picture', `The ${thing} ${path} is not a whole picture: ${verdict.why}.`);
      case 'unknown':
        return problem('not-a-picture', `The ${thing} ${path} is no PNG, JPEG or WebP picture.`);
      default:
        return unreachable(verdict);
    }
  }
  return { kind: 'absent' };
}
