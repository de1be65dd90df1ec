import type { Tree } from '@nx/devkit';
import { requireFitNx } from '../../nx-version.js';
import type * as implementation from './ci-workflow.js';

/** The generator, once it is known that this Nx can run it: the kit of Nx itself fails to load in one that is too old. */
export default async function generator(
  tree: Tree,
  options: Parameters<typeof implementation.default>[1],
): Promise<void> {
  requireFitNx(tree.root);
  await (await import('./ci-workflow.js')).default(tree, options);
}
