import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { textOfFile } from '../workspace/text-of-file.js';

/** The version of Nx that chargen is tried with. */
const NX_VERSION = '24.0.0';

/** What a workspace names; the others come with them. */
const WANTED = ['chargen-plugin', 'chargen-cli'] as const;

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});
type Manifest = z.infer<typeof manifest>;

/**
 * The packages that a workspace needs: by this version where chargen was installed, and by folder where it runs
 * out of a checkout, so that what is tried is what lies there.
 */
export function packageSpecs(workspaceRoot: string): Record<string, string> {
  const root = realpathSync(join(import.meta.dirname, '../..'));
  if (root.split(sep).includes('node_modules')) {
    const { version } = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    return { nx: NX_VERSION, ...Object.fromEntries(WANTED.map((name) => [name, version])) };
  }
  const from = realpathSync(workspaceRoot);
  const folders = neededOfCheckout(packagesOfCheckout(join(root, '../..')));
  return {
    nx: NX_VERSION,
    ...Object.fromEntries(folders.map(({ name, folder }) => [name, `file:${relative(from, folder)}`])),
  };
}

interface Package extends Manifest {
  readonly folder: string;
}

function packagesOfCheckout(checkout: string): ReadonlyMap<string, Package> {
  const folders = ['libs', 'tools'].flatMap((group) =>
    readdirSync(join(checkout, group)).map((name) => join(checkout, group, name)),
  );
  return new Map(
    folders.flatMap((folder): [string, Package][] => {
      const text = textOfFile(join(folder, 'package.json'));
      if (text === undefined) return [];
      const read = manifest.parse(JSON.parse(text));
      return [[read.name, { ...read, folder }]];
    }),
  );
}

/** Those that a workspace names and all that these stand on: no registry has the versions of a checkout. */
function neededOfCheckout(packages: ReadonlyMap<string, Package>): Package[] {
  const needed = new Map<string, Package>();
  const add = (name: string): void => {
    const found = packages.get(name);
    if (found === undefined || needed.has(name)) return;
    needed.set(name, found);
    for (const dependency of Object.keys(found.dependencies)) add(dependency);
  };
  for (const name of WANTED) add(name);
  return [...needed.values()];
}
