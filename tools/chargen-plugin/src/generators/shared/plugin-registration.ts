import type { Tree } from '@nx/devkit';
import { readNxJson, type NxJsonConfiguration } from '@nx/devkit';
import { PLUGIN } from '../../setup/nx-json.js';

type Registration = NonNullable<NxJsonConfiguration['plugins']>[number];

/** Whether an entry of `plugins` in nx.json is this plugin, written either way. */
export function isOurs(entry: Registration): boolean {
  return (typeof entry === 'string' ? entry : entry.plugin) === PLUGIN;
}

/** The options of this plugin as they stand in nx.json; undefined if it is not registered. */
export function registeredOptions(tree: Tree): Readonly<Record<string, unknown>> | undefined {
  const entry = (readNxJson(tree)?.plugins ?? []).find(isOurs);
  if (entry === undefined) return undefined;
  const options: unknown = typeof entry === 'string' ? {} : (entry.options ?? {});
  return isRecord(options) ? options : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
