// Joins the modules of a package and the libraries that it always loads into a few files in dist/bundle: opening
// several hundred small files was most of the time of a short command, and of each process that Nx starts. It takes
// what tsc has checked and written, so run it after tsc -b. `node scripts/bundle.mjs` does all packages.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The files of each bundle, by the module in dist that each begins with. */
export const BUNDLES = {
  'libs/yaml-splice': { index: 'index', read: 'read' },
  'libs/gemini-emulator': { index: 'index', cli: 'cli', conformance: 'conformance/index' },
  'libs/chargen-core': {
    names: 'content/names',
    'safe-text': 'util/safe-text',
    look: 'look',
    zod: 'zod',
    graph: 'graph',
    index: 'index',
  },
  'libs/chargen-export': { index: 'index', options: 'options', manifest: 'manifest/index' },
  'tools/chargen-plugin': {
    index: 'index',
    options: 'plugin-options',
    setup: 'setup/index',
    ci: 'ci/cli',
    'generate.impl': 'executors/generate/generate.impl',
    'generate-batch.impl': 'executors/generate/generate-batch.impl',
    'analyze.impl': 'executors/analyze/analyze.impl',
    'analyze-batch.impl': 'executors/analyze/analyze-batch.impl',
    'export.impl': 'executors/export/export.impl',
    'export-batch.impl': 'executors/export/export-batch.impl',
    'export-manifest.impl': 'executors/export-manifest/export-manifest.impl',
    'init-generator': 'generators/init/generator',
    'entity-generator': 'generators/entity/generator',
    'scene-generator': 'generators/scene/generator',
    'ci-workflow-generator': 'generators/ci-workflow/generator',
    'name-the-workspace': 'migrations/0-1-0/name-the-workspace',
  },
  'tools/chargen-cli': { main: 'cli/main' },
};

/**
 * Packages whose entries hold each other, the smallest first. Each further file costs a process about two milliseconds:
 * what an entry loads at once and no smaller one does is one file beside it. Entries of other packages have little in
 * common, and a process would load what it does not need.
 */
const NESTED = new Set([BUNDLES['libs/chargen-core'], BUNDLES['tools/chargen-cli']]);

/**
 * What stays outside: packages of this workspace, each of which is a bundle of its own; Nx, which has to be the one
 * that runs; and what is heavy and rarely needed, which is loaded when it is.
 */
const EXTERNAL =
  /^(?:node:|nx(?:\/|$)|@nx\/|@google\/genai|sharp|exifreader|chargen-|gemini-emulator|yaml-splice)/;

/** The module of a package that says which build it is. */
const BUILD_ID_FILES = ['build-id.js', join('util', 'build-id.js')];

/** Bundles one package; `folder` is the package's, here or in a copy of it. */
export async function bundlePackage(folder, entries) {
  const dist = join(folder, 'dist');
  const output = join(dist, 'bundle');
  const buildId = digestOf(dist);
  rmSync(output, { recursive: true, force: true });
  const { output: files } = await build({
    input: Object.fromEntries(
      Object.entries(entries).map(([name, from]) => [name, join(dist, `${from}.js`)]),
    ),
    platform: 'node',
    external: EXTERNAL,
    // A command is imported by nothing: its parts may import from its entry, which saves a file.
    preserveEntrySignatures: 'main' in entries ? 'allow-extension' : 'exports-only',
    // Some libraries have modules beside a build that a bundler cannot look into.
    resolve: { mainFields: ['module', 'main'] },
    plugins: [
      lazyChildProcess,
      {
        name: 'build-id',
        load: (id) =>
          BUILD_ID_FILES.some((file) => id === join(dist, file))
            ? `export const BUILD_ID = '${buildId}';`
            : undefined,
      },
    ],
    // One level, as deep as the modules of dist: what looks for its package.json finds it from both.
    output: {
      dir: output,
      format: 'esm',
      sourcemap: true,
      chunkFileNames: 'shared-[name].js',
      ...(NESTED.has(entries) ? { codeSplitting: { groups: firstToLoad(entries, dist) } } : {}),
    },
    logLevel: 'warn',
  });
  writeFileSync(join(output, 'THIRD-PARTY.txt'), licencesOf(files));
  writeFileSync(join(output, 'build-id'), buildId);
}

const REQUIRE_CHILD_PROCESS = "require('node:child_process')";

/**
 * Commander starts programs that are commands, of which there are none here. Node needs two milliseconds to load what
 * starts processes, a tenth of what `--help` takes above an empty process.
 */
const lazyChildProcess = {
  name: 'lazy-child-process',
  transform: (code, id) => {
    if (!id.endsWith(join('commander', 'lib', 'command.js'))) return undefined;
    const lazy = code.replace(
      REQUIRE_CHILD_PROCESS,
      `{ spawn: (...args) => ${REQUIRE_CHILD_PROCESS}.spawn(...args) }`,
    );
    if (lazy === code) throw new Error(`${id} loads child_process in another way than before.`);
    return { code: lazy, map: null };
  },
};

/** A group for each entry: what it loads at once and none before it does. What no entry does is left to the bundler. */
function firstToLoad(entries, dist) {
  const modules = Object.entries(entries).map(([name, from]) => [name, join(dist, `${from}.js`)]);
  const first = new Map();
  const find = (context) => {
    for (const [name, entry] of modules) {
      const open = [entry];
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        if (first.has(id)) continue;
        first.set(id, name);
        open.push(...(context.getModuleInfo(id)?.importedIds ?? []));
      }
    }
  };
  return modules.map(([name], index) => ({
    name: (id, context) => {
      if (first.size === 0) find(context);
      return first.get(id) === name ? name : null;
    },
    debugName: name,
    // A group takes with it what its modules load, unless one of a higher priority has it.
    priority: modules.length - index,
  }));
}

/** What a bundle is made of, as one digest: names and bytes of what tsc wrote, and which libraries go with it. */
export function digestOf(dist) {
  const hash = createHash('sha256').update(readFileSync(join(dist, '..', 'package.json')));
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  for (const name of files.sort()) {
    if (!name.endsWith('.js') || name.startsWith(`bundle${sep}`)) continue;
    hash.update(`${name}\n`).update(readFileSync(join(dist, name)));
  }
  return hash.digest('hex');
}

/** The licences of the libraries that a bundle holds, as these ask for. */
export function licencesOf(files) {
  const packages = new Set();
  for (const { moduleIds = [] } of files) {
    for (const id of moduleIds) {
      const found = /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id)?.[1];
      if (found !== undefined) packages.add(found);
    }
  }
  const texts = [...packages].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(path, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** True if the bundle is of what lies in dist, and has every entry. */
export function isCurrent(folder, entries = {}) {
  const bundle = join(folder, 'dist/bundle');
  const file = join(bundle, 'build-id');
  const isWhole = Object.keys(entries).every((name) => existsSync(join(bundle, `${name}.js`)));
  return isWhole && existsSync(file) && readFileSync(file, 'utf8') === digestOf(join(folder, 'dist'));
}

/** Bundles each package whose bundle is not of what lies in dist. */
export async function bundleAll() {
  for (const [name, entries] of Object.entries(BUNDLES)) {
    const folder = join(ROOT, name);
    if (!isCurrent(folder, entries)) await bundlePackage(folder, entries);
  }
}

if (process.argv[1] !== undefined && relative(fileURLToPath(import.meta.url), process.argv[1]) === '')
  await bundleAll();
