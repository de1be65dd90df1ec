import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NxWorkspace } from './nx-workspace.js';
import { inferTargets } from './targets.js';

/** A copy of the workspace whose plugin looks the same targets up in a table. */
export async function makeTrivial(
  ours: NxWorkspace,
  theirs: NxWorkspace,
  imagery: readonly string[],
): Promise<void> {
  await cp(join(ours.root, 'content'), join(theirs.root, 'content'), { recursive: true });
  const table = new Map<string, unknown>();
  for (const [file, projects] of await inferTargets(ours.root, imagery)) {
    table.set(
      file,
      JSON.parse(
        JSON.stringify(projects).replaceAll(/"chargen-plugin:(generate|analyze)"/g, '"trivial-plugin:noop"'),
      ),
    );
  }
  await writeFile(join(theirs.root, 'targets.json'), JSON.stringify(Object.fromEntries(table)));
  await theirs.prepare('trivial-plugin');
}
