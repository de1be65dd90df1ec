import type { ExecutorContext } from '@nx/devkit';
import { join } from 'node:path';
import { plural } from 'chargen-core';
import { terminalText } from 'chargen-core/safe-text';
import { MANIFEST_FILE, writeManifest } from 'chargen-export';
import { exportedFolders, exportWorldOf } from '../../run/export-tasks.js';

/** One manifest of all exports of a world, with what is missing. */
export default async function exportManifest(
  raw: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const { projectName = '', targetName = '', configurationName } = context;
  const id = [projectName, targetName, configurationName].filter(Boolean).join(':');
  const read = exportWorldOf(raw, context.taskGraph?.tasks[id]?.overrides ?? {}, context);
  if (read.kind === 'refused') return ended(false, read.message);
  const { folder } = read.wanted;
  const places = exportedFolders(context.projectGraph, read.entry, folder);
  const outcome = await writeManifest(join(context.root, folder), places);
  if (outcome.kind === 'incomplete') {
    const without = outcome.without.join(', ');
    return ended(
      false,
      `There is no export of ${without}. Run: npx nx run-many -t ${read.entry.exportTargetName}`,
    );
  }
  const { scenes, missing } = outcome.manifest;
  const rest = missing.length === 0 ? '' : `, ${missing.length} missing`;
  const gone = outcome.gone.map(
    ({ place, isRemoved }) =>
      `\nCopies of ${place}, which is no entity any more, were removed${isRemoved ? '' : '; files that no export wrote are left there'}.`,
  );
  return ended(
    true,
    `${folder}/${MANIFEST_FILE}: ${plural(scenes.length, 'picture')}${rest}.${gone.join('')}`,
  );
}

function ended(success: boolean, text: string): { success: boolean } {
  (success ? process.stdout : process.stderr).write(terminalText(`${text}\n`));
  return { success };
}
