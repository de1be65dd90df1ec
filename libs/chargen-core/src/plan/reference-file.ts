import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { similarFileAdvice, type Diagnostic, type ResolvedReference, type Scene } from '../content/index.js';
import type { FileDigests } from './file-digests.js';
import type { RequestFile } from './request.js';
import { unreachable } from '../util/unreachable.js';

type FileReference = Extract<ResolvedReference, { kind: 'file' }>;

export type ReferenceFileOutcome =
  | { readonly kind: 'file'; readonly file: RequestFile }
  | { readonly kind: 'error'; readonly diagnostic: Diagnostic };

/**
 * Looks at an authored picture before anything is uploaded. A Git LFS pointer has the content's sha256 as its
 * `oid`, so planning needs no download: only staging does.
 */
export async function judgeReferenceFile(
  digests: FileDigests,
  scene: Scene,
  reference: FileReference,
): Promise<ReferenceFileOutcome> {
  const error = (code: string, message: string): ReferenceFileOutcome => ({
    kind: 'error',
    diagnostic: {
      severity: 'error',
      code,
      message,
      file: scene.file,
      at: reference.written.at,
      scene: scene.id,
    },
  });
  const { name, role } = reference;
  for (const path of reference.paths) {
    const facts = await digests.find(path);
    if (facts.kind === 'absent') continue;
    if (facts.kind === 'unreadable') {
      return error('unreadable-picture', `The reference ${path} cannot be read: ${facts.why}.`);
    }
    // A symbolic link could lead anywhere, and what it leads to would be uploaded.
    if (!(await isInside(digests.workspaceRoot, path))) {
      return error('path-outside', `The reference ${path} is a link that leaves the workspace.`);
    }
    const { verdict, sha256 } = facts;
    switch (verdict.kind) {
      case 'whole':
        return {
          kind: 'file',
          file: {
            name,
            role,
            sha256,
            mimeType: verdict.mimeType,
            extension: verdict.extension,
            path,
            pointer: false,
          },
        };
      case 'lfs-pointer':
        return {
          kind: 'file',
          file: { name, role, sha256: verdict.oid, ...formatOfName(path), path, pointer: true },
        };
      case 'empty':
        return error(
          'empty-picture',
          `The reference ${path} is empty (0 bytes). Restore it: git checkout -- ${path}`,
        );
      case 'broken':
        return error('broken-picture', `The reference ${path} is not a whole picture: ${verdict.why}.`);
      case 'unknown':
        return error('not-a-picture', `The reference ${path} is no PNG, JPEG or WebP picture.`);
      default:
        return unreachable(verdict);
    }
  }
  const advice = similarFileAdvice(digests.workspaceRoot, reference.paths);
  return error('missing-reference', `The reference ${reference.paths.join(' or ')} does not exist.${advice}`);
}

async function isInside(workspaceRoot: string, path: string): Promise<boolean> {
  const root = await realpath(workspaceRoot);
  const real = await realpath(join(workspaceRoot, path));
  return real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

/** A pointer does not tell the format of what it points to; the file's name does. */
function formatOfName(path: string): { mimeType: string; extension: string } {
  if (/\.jpe?g$/i.test(path)) return { mimeType: 'image/jpeg', extension: 'jpg' };
  if (/\.webp$/i.test(path)) return { mimeType: 'image/webp', extension: 'webp' };
  return { mimeType: 'image/png', extension: 'png' };
}
