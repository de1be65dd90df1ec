import { readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { repositoryOf } from '../../generators/shared/repository-of-tree.js';
import { z } from 'chargen-core/zod';
import { isOurs } from '../../generators/shared/plugin-registration.js';
import { PLUGIN } from '../../world-entries.js';
import { nameOf } from '../../setup/plan-setup.js';
import { newIdEnding, workspaceIdOf } from '../../setup/workspace-id.js';

/**
 * Adds the option `workspaceId` to each entry that lacks it. Two workspaces without one, under the same API key, would
 * take each other's jobs for their own.
 */
export default function nameTheWorkspace(tree: Tree): void {
  const nxJson = readNxJson(tree);
  if (nxJson?.plugins?.some((entry) => isOurs(entry) && !hasId(entry)) !== true) return;
  const name = nameOf(repositoryOf(tree));
  updateNxJson(tree, {
    ...nxJson,
    plugins: nxJson.plugins.map((entry) => (isOurs(entry) && !hasId(entry) ? withId(entry, name) : entry)),
  });
}

type Registration = NonNullable<NonNullable<ReturnType<typeof readNxJson>>['plugins']>[number];

function hasId(entry: Registration): boolean {
  return optionsOf(entry)['workspaceId'] !== undefined;
}

function optionsOf(entry: Registration): Readonly<Record<string, unknown>> {
  const options: unknown = typeof entry === 'string' ? {} : (entry.options ?? {});
  return z.record(z.string(), z.unknown()).catch({}).parse(options);
}

/** Keeps what else stands in the entry, such as `include` and `exclude`. */
function withId(entry: Registration, name: string): Registration {
  const options = { ...optionsOf(entry), workspaceId: workspaceIdOf(name, newIdEnding()) };
  return typeof entry === 'string' ? { plugin: PLUGIN, options } : { ...entry, options };
}
