import { readNxJson, type NxJsonConfiguration, type Tree } from '@nx/devkit';
import { PLUGIN, worldEntries, worldName, type WorldEntry } from '../../world-entries.js';

type Registration = NonNullable<NxJsonConfiguration['plugins']>[number];

/** Whether an entry of `plugins` in nx.json is this plugin, written either way. */
export function isOurs(entry: Registration): boolean {
  return (typeof entry === 'string' ? entry : entry.plugin) === PLUGIN;
}

/** The worlds of the workspace; one with default options if the plugin is not in nx.json. */
export function worldsOf(tree: Tree): readonly WorldEntry[] {
  const entries = worldEntries(readNxJson(tree)?.plugins);
  return entries.length > 0 ? entries : worldEntries([PLUGIN]);
}

/** The world that `world` names, by its content root, or the only one. Throws an Error with words for people. */
export function worldCalled(tree: Tree, world: string | undefined): WorldEntry {
  const worlds = worldsOf(tree);
  const wanted = world?.replace(/\/+$/, '');
  const [only, ...others] = worlds.filter((one) => wanted === undefined || worldName(one) === wanted);
  if (only !== undefined && others.length === 0) return only;
  const names = worlds.map(worldName).join(', ');
  throw new Error(
    wanted === undefined
      ? `There are several worlds: ${names}. Choose one with --world=<content root>.`
      : `There is no world "${wanted}". There are: ${names}.`,
  );
}
