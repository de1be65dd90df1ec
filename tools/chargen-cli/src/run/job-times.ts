import { readJobHistory, type JobTimes } from 'chargen-core';
import { batchFolderOf } from '../workspace/open-results.js';
import type { Workspace } from '../workspace/open-workspace.js';

/** What Google took for jobs of this workspace so far, by model. */
export async function pastJobTimes(workspace: Workspace): Promise<readonly JobTimes[]> {
  return (await readJobHistory(batchFolderOf(workspace))).times;
}
