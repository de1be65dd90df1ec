import { restoreStore } from 'chargen-core';
import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { showCopy } from '../output/copy-text.js';
import { backupFolderOf, onBackup } from '../workspace/backup-folder.js';
import { openAllWorlds } from '../workspace/open-workspace.js';

export async function run({ args, globals, io }: CommandCall): Promise<ExitCode> {
  const folder = backupFolderOf(args);
  const workspace = await openAllWorlds(globals);
  const report = await onBackup(folder, (signal) => restoreStore(workspace, folder, signal));
  return showCopy(
    report,
    io,
    globals.json,
    'The next run puts the pictures into their folders: chargen plan',
  );
}
