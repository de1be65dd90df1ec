import { backupStore, SYSTEM_CLOCK } from 'chargen-core';
import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { showCopy } from '../output/copy-text.js';
import { backupFolderOf, onBackup } from '../workspace/backup-folder.js';
import { openAllWorlds } from '../workspace/open-workspace.js';

export async function run({ args, globals, io }: CommandCall): Promise<ExitCode> {
  const folder = backupFolderOf(args);
  const workspace = await openAllWorlds(globals);
  const report = await onBackup(folder, (signal) =>
    backupStore(workspace, folder, SYSTEM_CLOCK.now(), signal),
  );
  return showCopy(report, io, globals.json, `Check it from time to time: chargen store verify ${folder}`);
}
