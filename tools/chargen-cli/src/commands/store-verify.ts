import { plural, verifyBackup } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { showProblems } from '../output/copy-text.js';
import { jsonText } from '../output/json.js';
import { backupFolderOf, onBackup } from '../workspace/backup-folder.js';

/** Needs no workspace: whether a backup is whole does not depend on one. */
export async function run({ args, globals, io }: CommandCall): Promise<ExitCode> {
  const folder = backupFolderOf(args);
  const { files, problems } = await onBackup(folder, (signal) => verifyBackup(folder, signal));
  const exit = problems.length > 0 ? EXIT.partial : EXIT.done;
  if (globals.json) {
    await io.out(jsonText({ exitCode: exit, files, problems }));
    return exit;
  }
  await showProblems(problems, io);
  await io.out(
    exit === EXIT.done
      ? `${plural(files, 'file')}, all whole.\n`
      : `${problems.length} of ${plural(files, 'file')} not whole. What a workspace still has, this heals: chargen store backup ${folder}\n`,
  );
  return exit;
}
