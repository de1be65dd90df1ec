import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'chargen-core/zod';

/** The version of Nx that chargen is tested with. */
export const NX_VERSION = '24.0.0';

/**
 * What a workspace names; other packages come with them. chargen-core has the schema that imagery.yaml files name,
 * and pnpm links only packages that the workspace itself names.
 */
const WANTED = ['chargen-plugin', 'chargen-cli', 'chargen-core'] as const;

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});
type Manifest = z.infer<typeof manifest>;

/**
 * The packages that a workspace needs, with the version or place of each: the version of this plugin if it was
 * installed, since all of them share a state folder; the folder if it runs out of a checkout, since no registry has
 * that version. `workspaceRoot` is absolute.
 */
export function packageSpecs(workspaceRoot: string): Readonly<Record<string, string>> {
  const root = realpathSync(join(import.meta.dirname, '../..'));
  if (root.split(sep).includes('node_modules')) {
    const { version } = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    return Object.fromEntries(WANTED.map((name) => [name, version]));
  }
  // The tree of a generator's test has no folder behind it.
  const from = existsSync(workspaceRoot) ? realpathSync(workspaceRoot) : workspaceRoot;
  const folders = neededOfCheckout(packagesOfCheckout(join(root, '../..')));
  return Object.fromEntries(folders.map(({ name, folder }) => [name, `file:${relative(from, folder)}`]));
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
      const file = join(folder, 'package.json');
      if (!existsSync(file)) return [];
      const read = manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
      return [[read.name, { ...read, folder }]];
    }),
  );
}

/** Those that a workspace names and all that these depend on: no registry has the versions of a checkout. */
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
