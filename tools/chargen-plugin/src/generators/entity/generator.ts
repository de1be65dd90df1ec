import type { Tree } from '@nx/devkit';
import { requireFitNx } from '../../nx-version.js';
import type * as implementation from './entity.js';

type Generator = typeof implementation.default;

/** The generator, once it is known that this Nx can run it: the kit of Nx itself fails to load in one that is too old. */
export default async function generator(
  tree: Tree,
  options: Parameters<Generator>[1],
): Promise<Awaited<ReturnType<Generator>>> {
  requireFitNx(tree.root);
  return (await import('./entity.js')).default(tree, options);
}
