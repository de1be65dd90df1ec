import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { applyEdits, modify, parse } from 'jsonc-parser';
import { z } from 'zod';
import { CliError } from '../cli/cli-error.js';
import { WORLD_FOLDERS } from 'chargen-core';
import { PLUGIN_NAME, readNxConfig } from '../workspace/nx-config.js';
import { packageSpecs } from './package-specs.js';
import { SAMPLE_CHARACTER, SAMPLE_PATH, SAMPLE_STYLE } from './sample.js';
import { textOfFile } from '../workspace/text-of-file.js';

/** One file that init writes, as it was and as it will be. */
export interface FileStep {
  /** Relative to the workspace. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
  readonly says: string;
}

export interface InitPlan {
  readonly root: string;
  readonly steps: readonly FileStep[];
  /** Packages that are in package.json only now. */
  readonly added: readonly string[];
  /** Where the sample character goes; undefined where none is written. */
  readonly sample: string | undefined;
}

export interface InitOptions {
  readonly contentRoot: string | undefined;
  readonly workspaceId: string | undefined;
  readonly sample: boolean;
}

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } };
const IGNORED = ['node_modules/', '.nx/', '.chargen/', '**/images/preview/', '.env', '.env.*'];

/** What has to be written to make a folder a workspace of chargen; only what is missing. Writes nothing. */
export function planInit(root: string, options: InitOptions): InitPlan {
  const contentRoot = options.contentRoot ?? contentRootOf(root);
  const nx = nxStep(root, contentRoot, options.workspaceId);
  const { step: packages, added } = packageStep(root);
  const hasSample = options.sample && !hasWorld(join(root, contentRoot));
  const folder = contentRoot === '' ? '' : `${contentRoot}/`;
  const sample = hasSample ? `${folder}${SAMPLE_PATH}` : undefined;
  const steps = [
    packages,
    nx,
    ignoreStep(root),
    ...(hasSample
      ? [
          newFile(root, `${folder}style.yaml`, SAMPLE_STYLE, 'the style of the whole world'),
          newFile(root, sample ?? SAMPLE_PATH, SAMPLE_CHARACTER, 'a first character with one scene'),
        ]
      : []),
  ];
  return { root, steps: steps.flatMap((step) => step ?? []), added, sample };
}

/** An existing world stays where it is; a new one goes into `content/`. */
function contentRootOf(root: string): string {
  const config = readNxConfig(root);
  if (config.kind === 'with-plugin') return config.options.contentRoot;
  return hasWorld(root) ? '' : 'content';
}

function hasWorld(folder: string): boolean {
  return WORLD_FOLDERS.some(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true,
  );
}

function newFile(root: string, path: string, after: string, says: string): FileStep | undefined {
  return textOfFile(join(root, path)) === undefined ? { path, before: undefined, after, says } : undefined;
}

function nxStep(root: string, contentRoot: string, workspaceId: string | undefined): FileStep | undefined {
  if (readNxConfig(root).kind === 'with-plugin') return undefined;
  const id = workspaceId ?? `${slugOf(basename(root))}-${randomBytes(3).toString('hex')}`;
  if (!/^[A-Za-z0-9._-]{1,60}$/.test(id)) {
    throw new CliError(
      `"${id}" cannot be the id of a workspace: letters, digits, dots and dashes, at most 60.`,
    );
  }
  const plugin = {
    plugin: PLUGIN_NAME,
    options: { ...(contentRoot === '' ? {} : { contentRoot }), workspaceId: id },
  };
  const before = textOfFile(join(root, 'nx.json'));
  if (before === undefined) {
    const fresh = {
      $schema: './node_modules/nx/schemas/nx-schema.json',
      analytics: false,
      plugins: [plugin],
    };
    return {
      path: 'nx.json',
      before,
      after: `${JSON.stringify(fresh, undefined, 2)}\n`,
      says: 'the plugin of Nx and its options',
    };
  }
  const data = z.looseObject({ plugins: z.array(z.unknown()).optional() }).safeParse(parse(before));
  const count = data.success ? (data.data.plugins?.length ?? 0) : 0;
  const after = applyEdits(
    before,
    modify(before, ['plugins', count], plugin, { ...FORMAT, isArrayInsertion: true }),
  );
  return {
    path: 'nx.json',
    before,
    after,
    says: 'the plugin of Nx and its options; the rest stays as it is',
  };
}

function packageStep(root: string): {
  readonly step: FileStep | undefined;
  readonly added: readonly string[];
} {
  const path = 'package.json';
  const before = textOfFile(join(root, path));
  const start =
    before ?? `${JSON.stringify({ name: slugOf(basename(root)), private: true }, undefined, 2)}\n`;
  const dependencies = z.record(z.string(), z.string()).optional();
  const parsed = z.looseObject({ dependencies, devDependencies: dependencies }).safeParse(parse(start));
  if (!parsed.success) throw new CliError(`${join(root, path)} is not what npm expects.`);
  const known = { ...parsed.data.dependencies, ...parsed.data.devDependencies };
  const added = Object.entries(packageSpecs(root)).filter(([name]) => known[name] === undefined);
  if (added.length === 0) return { step: undefined, added: [] };
  const after = added.reduce(
    (text, [name, spec]) => applyEdits(text, modify(text, ['devDependencies', name], spec, FORMAT)),
    start,
  );
  const says = `${added.map(([name]) => name).join(', ')} as devDependencies`;
  return { step: { path, before, after, says }, added: added.map(([name]) => name) };
}

function ignoreStep(root: string): FileStep | undefined {
  const before = textOfFile(join(root, '.gitignore'));
  const present = new Set((before ?? '').split(/\r?\n/).map((line) => line.trim().replace(/\/$/, '')));
  const missing = IGNORED.filter((line) => !present.has(line.replace(/\/$/, '')));
  if (missing.length === 0) return undefined;
  const eol = before?.includes('\r\n') === true ? '\r\n' : '\n';
  const start =
    before === undefined || before === '' || before.endsWith('\n') ? (before ?? '') : `${before}${eol}`;
  const after = `${start}${missing.join(eol)}${eol}`;
  return { path: '.gitignore', before, after, says: 'keys, results and previews stay out of git' };
}

function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return slug === '' ? 'story-world' : slug;
}
