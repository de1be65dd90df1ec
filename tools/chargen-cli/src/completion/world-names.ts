import { listRuns } from 'chargen-core';
import { slugOfEntity } from 'chargen-core';
import { batchFolderOf } from '../workspace/open-results.js';
import { openHistory, type HistoryWorkspace } from '../workspace/open-workspace.js';
import type { WorldNames } from './candidates.js';

/** Names of the workspace that the shell stands in; nothing if there is none. */
export function worldNames(root: string | undefined): WorldNames {
  let opened: Promise<HistoryWorkspace | undefined> | undefined;
  const workspace = (): Promise<HistoryWorkspace | undefined> =>
    (opened ??= openHistory({ root, json: false, profile: undefined }).catch(() => undefined));
  return {
    slugs: async () => (await workspace())?.world.entities.map(slugOfEntity) ?? [],
    scenes: async (written) => {
      const entities = (await workspace())?.world.entities ?? [];
      const owner = written.slice(0, written.lastIndexOf('/'));
      const found = entities.find((one) => one.id === owner || slugOfEntity(one) === owner);
      if (found === undefined) return entities.map((one) => `${slugOfEntity(one)}/`);
      return found.entity?.scenes.map((scene) => `${owner}/${scene.id}`) ?? [];
    },
    runs: async () => {
      const here = await workspace();
      const entries = here === undefined ? [] : await listRuns(batchFolderOf(here));
      return entries.map((one) => (one.kind === 'run' ? one.run.runId : one.runId));
    },
  };
}
