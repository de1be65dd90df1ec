import { readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { repositoryOf } from '../../generators/shared/repository-of-tree.js';
import { isOurs, registeredOptions } from '../../generators/shared/plugin-registration.js';
import { PLUGIN } from '../../setup/nx-json.js';
import { nameOf } from '../../setup/plan-setup.js';
import { newIdEnding, workspaceIdOf } from '../../setup/workspace-id.js';

/**
 * Adds the option `workspaceId` if it is missing. Two workspaces without one, under the same API key, would
 * take each other's jobs for their own.
 */
export default function nameTheWorkspace(tree: Tree): void {
  const nxJson = readNxJson(tree);
  const options = registeredOptions(tree);
  if (nxJson === null || options === undefined || options['workspaceId'] !== undefined) return;
  const named = {
    plugin: PLUGIN,
    options: { ...options, workspaceId: workspaceIdOf(nameOf(repositoryOf(tree)), newIdEnding()) },
  };
  updateNxJson(tree, {
    ...nxJson,
    plugins: (nxJson.plugins ?? []).map((entry) => (isOurs(entry) ? withOptions(entry, named) : entry)),
  });
}

type Registration = NonNullable<NonNullable<ReturnType<typeof readNxJson>>['plugins']>[number];

/** Keeps what else stands in the entry, such as `include` and `exclude`. */
function withOptions(entry: Registration, named: Exclude<Registration, string>): Registration {
  return typeof entry === 'string' ? named : { ...entry, ...named };
}
