import type { ResolvedOptions } from '../plugin-options.js';
import { targetsThatLeadToOurs } from '../graph/leading-targets.js';

/** Whether a command line of Nx may run one of our targets; other runs are none of our business. */
export function runsOurTargets(
  argv: readonly string[],
  workspaceRoot: string,
  options: ResolvedOptions,
): boolean {
  const targets = targetsThatLeadToOurs(workspaceRoot, options);
  // Nobody can tell: a run that is stopped in vain is the smaller harm.
  if (targets === undefined) return true;
  const words = argv.flatMap((word) => word.replace(/^--?[a-z-]+=/, '').split(','));
  return words.some(
    (word) => targets.has(word) || word.split(':').some((part, n) => n > 0 && targets.has(part)),
  );
}
