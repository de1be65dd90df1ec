import type { ResolvedOptions } from '../plugin-options.js';

/** Whether a command line of Nx runs one of our targets; other runs are none of our business. */
export function runsOurTargets(argv: readonly string[], options: ResolvedOptions): boolean {
  const targets = [options.generateTargetName, options.analyzeTargetName];
  const words = argv.flatMap((word) => word.replace(/^--?[a-z-]+=/, '').split(','));
  return words.some((word) => targets.some((target) => word === target || word.includes(`:${target}`)));
}
