import { randomBytes } from 'node:crypto';
import type { Tree } from '@nx/devkit';
import { readJson } from '@nx/devkit';
import { slugOf } from 'chargen-core';

/** A name for this workspace among all that use the same API key: readable, and not the same by accident. */
export function newWorkspaceId(tree: Tree): string {
  const manifest: unknown = tree.exists('package.json') ? readJson(tree, 'package.json') : {};
  const name =
    typeof manifest === 'object' && manifest !== null && 'name' in manifest ? String(manifest.name) : '';
  const slug = slugOf(name).slice(0, 40);
  return `${slug === '' ? 'world' : slug}-${randomBytes(2).toString('hex')}`;
}
