import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli/cli-error.js';
import { EXIT } from '../cli/exit-code.js';
import { runChild } from '../run/run-child.js';
import { MODULES_FOLDER, noteFile, notingFolders } from './journal.js';
import { textOfFile } from '../workspace/text-of-file.js';

interface Manager {
  readonly command: string;
  readonly args: readonly string[];
  readonly lock: string;
}

/** The package manager of a folder, recognised by its lock file. */
function managerOf(root: string): Manager {
  if (existsSync(join(root, 'pnpm-lock.yaml')))
    return { command: 'pnpm', args: ['install'], lock: 'pnpm-lock.yaml' };
  if (existsSync(join(root, 'yarn.lock'))) return { command: 'yarn', args: ['install'], lock: 'yarn.lock' };
  // Packages of a checkout are copied, not linked: installing here must not touch the checkout.
  const args = ['install', '--install-links', '--no-audit', '--no-fund'];
  return { command: 'npm', args, lock: 'package-lock.json' };
}

/** Installs, and notes what that left behind. Throws CliError with what the package manager said. */
export async function install(root: string, say: (text: string) => void): Promise<void> {
  const { command, args, lock } = managerOf(root);
  const before = textOfFile(join(root, lock));
  say(`$ ${command} ${args.join(' ')}\n`);
  const { code, output, interrupted } = await notingFolders(root, [MODULES_FOLDER], () =>
    runChild({ command, args, cwd: root, shell: process.platform === 'win32' }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new CliError(`${command} could not be started (${why}). ${lock} shows that this folder uses it.`);
    }),
  );
  const after = textOfFile(join(root, lock));
  if (after !== undefined && after !== before) noteFile(root, { path: lock, before, after });
  if (interrupted) {
    const next = 'To go on: chargen init. To take everything back: chargen init --undo';
    throw new CliError(
      `Stopped while ${command} installed the packages. ${next}`,
      EXIT.interrupted,
      'interrupted',
    );
  }
  if (code !== 0) {
    throw new CliError(
      `${command} could not install the packages:\n${output.trim()}\nRun ${command} install in ${root}, then: chargen init. To take everything back: chargen init --undo`,
    );
  }
}
