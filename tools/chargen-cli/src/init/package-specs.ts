import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';

/** The version of Nx that chargen is tried with. */
const NX_VERSION = '24.0.0';

const own = z.object({ version: z.string() });

/** Where each package lies in a checkout of chargen's repository. */
const IN_CHECKOUT = {
  'chargen-core': 'libs/chargen-core',
  'gemini-emulator': 'libs/gemini-emulator',
  'chargen-plugin': 'tools/chargen-plugin',
  'chargen-cli': 'tools/chargen-cli',
} as const;

/**
 * The packages that a workspace needs: by this version where chargen was installed, and by folder where it runs
 * out of a checkout, so that what is tried is what lies there.
 */
export function packageSpecs(workspaceRoot: string): Record<string, string> {
  const root = realpathSync(join(import.meta.dirname, '../..'));
  const { version } = own.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  if (root.split(sep).includes('node_modules')) {
    return { nx: NX_VERSION, 'chargen-plugin': version, 'chargen-cli': version };
  }
  const checkout = join(root, '../..');
  const folders = Object.entries(IN_CHECKOUT).map(
    ([name, path]) => [name, `file:${relative(realpathSync(workspaceRoot), join(checkout, path))}`] as const,
  );
  return { nx: NX_VERSION, ...Object.fromEntries(folders) };
}
