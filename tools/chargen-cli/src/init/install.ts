import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli/cli-error.js';
import { noteFile, notingFolders } from './journal.js';
import { textOfFile } from '../workspace/text-of-file.js';

interface Manager {
  readonly command: string;
  readonly args: readonly string[];
  readonly lock: string;
}

/** The package manager of a folder, told by its lock file. */
export function managerOf(root: string): Manager {
  if (existsSync(join(root, 'pnpm-lock.yaml')))
    return { command: 'pnpm', args: ['install'], lock: 'pnpm-lock.yaml' };
  if (existsSync(join(root, 'yarn.lock'))) return { command: 'yarn', args: ['install'], lock: 'yarn.lock' };
  // Packages of a checkout are copied, not linked: installing here must not touch the checkout.
  const args = ['install', '--install-links', '--no-audit', '--no-fund'];
  return { command: 'npm', args, lock: 'package-lock.json' };
}

/** Installs, and notes what that left behind. Rejects with what the package manager said. */
export async function install(root: string, say: (text: string) => void): Promise<void> {
  const { command, args, lock } = managerOf(root);
  const before = textOfFile(join(root, lock));
  say(`$ ${command} ${args.join(' ')}\n`);
  const { code, output } = await notingFolders(root, ['node_modules'], () => run(command, args, root));
  const after = textOfFile(join(root, lock));
  if (after !== undefined && after !== before) noteFile(root, { path: lock, before, after });
  if (code !== 0) {
    throw new CliError(
      `${command} could not install the packages:\n${output.trim()}\nRun ${command} install in ${root}, then: chargen init`,
    );
  }
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}
