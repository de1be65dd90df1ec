import type { LoadedEntity } from 'chargen-core/graph';
import { terminalText } from 'chargen-core/safe-text';

/**
 * The Nx project name of each entity's folder: its slug; if two entities share a slug, `<type>-<slug>` for
 * both, since Nx refuses a whole graph in which two projects have the same name. A name of `taken` gives way to the
 * folder's place.
 */
export function projectNames(
  entities: readonly LoadedEntity[],
  taken: ReadonlySet<string> = new Set(),
): Map<string, string> {
  const bySlug = new Map<string, LoadedEntity[]>();
  for (const loaded of entities) {
    const list = bySlug.get(loaded.folder.folder) ?? [];
    list.push(loaded);
    bySlug.set(loaded.folder.folder, list);
  }
  const names = new Map<string, string>();
  const used = new Set(taken);
  for (const loaded of entities) {
    const { folder, root } = loaded.folder;
    const shared = (bySlug.get(folder)?.length ?? 0) > 1;
    const type = loaded.id.split('/')[0] ?? 'entity';
    // Nx prints the name as it stands.
    const shown = terminalText(folder);
    let name = shared ? `${type}-${shown}` : shown;
    // Two folders of one type and slug can only be in different places: the place then distinguishes them.
    if (used.has(name)) name = terminalText(root.replaceAll('/', '-'));
    used.add(name);
    names.set(root, name);
  }
  return names;
}
