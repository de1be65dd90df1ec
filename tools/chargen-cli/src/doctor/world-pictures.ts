import { planItems } from 'chargen-core';
import { hintLines } from '../output/hint-lines.js';
import type { Workspace } from '../workspace/open-workspace.js';
import type { Finding } from './finding.js';

/** Pictures from before chargen that would be paid for again, and a world without a style. */
export async function checkWorldPictures(workspace: Workspace): Promise<Finding[]> {
  const { totals } = await planItems(workspace);
  return hintLines(totals).map((message) => ({ check: 'world', verdict: 'note', message }));
}
