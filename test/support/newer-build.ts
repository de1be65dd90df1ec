import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUNDLES, bundlePackage } from '../../scripts/bundle.mjs';
import { REPOSITORY } from './workspace.js';

/** Printed by the changed plugin before tasks, so that a test sees that it was the one that ran. */
export const NEWER_PLUGIN = 'A newer chargen-plugin runs.';

/** What a later version may change without being asked to: text in built files, and what it becomes. */
const CHANGES: readonly (readonly [file: string, from: RegExp, to: string])[] = [
  // The compiler: its version, and the words of every prompt.
  ['chargen-core/dist/prompt/compiler-version.js', /COMPILER_VERSION = (\d+)/, 'COMPILER_VERSION = $1 + 1'],
  ['chargen-core/dist/plan/request.js', /\{ text: /, '{ text: "In newer words. " + '],
  // The reader: it finds more in what authors wrote.
  ['chargen-core/dist/content/world.js', /withAuthoredActs\(entity,/, 'withAuthoredActs(readAnew(entity),'],
  [
    'chargen-core/dist/content/world.js',
    /$/,
    '\nfunction readAnew(entity) { return { ...entity, appearance: (entity.appearance ?? "") + " Read anew." }; }\n',
  ],
  // What is asked of a picture, and the form of the answer.
  ['chargen-core/dist/analysis/prompt.js', /Describe one picture/, 'Describe this picture'],
  [
    'chargen-core/dist/recipe/analysis-answer.js',
    /A title of three to eight words/,
    'A title of three to seven words',
  ],
  [
    'chargen-plugin/dist/hooks/pre-tasks-execution.js',
    /process\.env\[RUN_VARIABLE\] = context\.id;/,
    `$& process.stdout.write("${NEWER_PLUGIN}\\n");`,
  ],
];

/** Packages that are copied, so that they find the changed engine beside them. */
const COPIED: Readonly<Record<string, string>> = {
  'chargen-core': 'libs/chargen-core',
  'chargen-gallery': 'libs/chargen-gallery',
  'chargen-plugin': 'tools/chargen-plugin',
  'chargen-cli': 'tools/chargen-cli',
};

/**
 * The packages as a later version would be: the built code, with another compiler, another reader and other questions
 * about pictures. It lies in a folder that can stand as `node_modules` of a workspace.
 */
export class NewerBuild {
  private constructor(
    readonly base: string,
    readonly nodeModules: string,
  ) {}

  static async make(): Promise<NewerBuild> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'chargen-newer-')));
    const nodeModules = join(base, 'node_modules');
    const all = join(REPOSITORY, 'node_modules');
    await mkdir(nodeModules);
    for (const name of await readdir(all)) {
      if (!(name in COPIED)) await symlink(join(all, name), join(nodeModules, name));
    }
    for (const [name, source] of Object.entries(COPIED)) {
      for (const entry of await readdir(join(REPOSITORY, source))) {
        if (['src', 'test', 'etc', 'bench', 'tsconfig.json'].includes(entry)) continue;
        const [from, to] = [join(REPOSITORY, source, entry), join(nodeModules, name, entry)];
        if (entry === 'node_modules') await symlink(from, to);
        else await cp(from, to, { recursive: true });
      }
    }
    for (const [file, from, to] of CHANGES) {
      const path = join(nodeModules, file);
      const text = await readFile(path, 'utf8');
      if (!from.test(text)) throw new Error(`${file} has no ${String(from)} to change.`);
      await writeFile(path, text.replace(from, to));
    }
    // As a build does it: what runs is the bundle.
    await bundlePackage(join(nodeModules, 'chargen-core'), BUNDLES['libs/chargen-core']);
    await bundlePackage(join(nodeModules, 'chargen-plugin'), BUNDLES['tools/chargen-plugin']);
    return new NewerBuild(base, nodeModules);
  }

  /** The changed engine, in this process. */
  core<T>(): Promise<T> {
    return import(
      pathToFileURL(join(this.nodeModules, 'chargen-core/dist/bundle/index.js')).href
    ) as Promise<T>;
  }

  remove(): Promise<void> {
    return rm(this.base, { recursive: true, force: true });
  }
}
