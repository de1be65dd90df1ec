import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ContentReader, DEFAULT_SETTINGS, listModels, type ListedModel } from 'chargen-core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { canonicalSchema, sceneSchema } from '../libs/chargen-core/src/content/canonical-schema.js';
import { styleSchema } from '../libs/chargen-core/src/content/style.js';
import {
  describeDefault,
  OWN_VARIABLES,
  VARIABLES,
  type Variable,
} from '../libs/chargen-core/src/util/variables.js';
import { EXIT_MEANING } from '../tools/chargen-cli/src/cli/exit-code.js';
import { pluginOptionsSchema } from '../tools/chargen-plugin/src/plugin-options.js';
import { npmScriptsOf } from './support/docs-commands.js';
import {
  anchorsOf,
  codeOf,
  firstCells,
  inLanguage,
  linksOf,
  readPages,
  sectionOf,
  sourceText,
  tableOf,
  targetOf,
  type Page,
} from './support/docs-pages.js';
import { drawnPicture } from './support/small-world.js';
import { REPOSITORY, run, TestWorkspace } from './support/workspace.js';

const pages = readPages();
const fences = pages.flatMap((page) => page.fences);
const source = sourceText();

function page(path: string): Page {
  const found = pages.find((one) => one.path === path);
  if (found === undefined) throw new Error(`There is no ${path}.`);
  return found;
}

describe('the blocks of YAML', () => {
  const canonicalKeys = new Set(Object.keys(canonicalSchema.unwrap().shape));
  const styleKeys = new Set(Object.keys(styleSchema.unwrap().shape));

  it.each(inLanguage(fences, 'yaml', 'yml'))('$at can be read as what it shows', async ({ fence }) => {
    const data: unknown = parse(fence.text);
    const asScenes = z.array(sceneSchema).safeParse(data);
    if (asScenes.success) return;
    const { success, data: map } = z.record(z.string(), z.unknown()).safeParse(data);
    if (!success) throw asScenes.error;
    const keys = Object.keys(map);
    // Workflows of GitHub, and what Nx Cloud reads.
    if (
      keys.includes('assignment-rules') ||
      keys.includes('jobs') ||
      keys.includes('runs-on') ||
      keys.includes('steps')
    )
      return;
    if (!keys.includes('entity_type') && keys.every((key) => styleKeys.has(key))) {
      styleSchema.parse(map);
      return;
    }
    // Some fields of a scene, without those that every scene needs.
    if (sceneSchema.unwrap().partial().safeParse(map).success) return;
    const start = keys.includes('entity_type') ? '' : 'entity_type: character\nname: Example\n';
    if (start !== '') expect(keys.filter((key) => !canonicalKeys.has(key))).toEqual([]);
    const type = z.enum(['character', 'location', 'chapter']).parse(map['entity_type'] ?? 'character');
    // As a sibling of the sample world's entities, so that what it refers to is looked up among them.
    const world = await TestWorkspace.create({ sample: true });
    const file = `content/${type}s/the-example/imagery.yaml`;
    await world.write(file, start + fence.text);
    for (const [, path = ''] of fence.text.matchAll(/path: '?(images\/[\w.-]+)/g)) {
      await world.write(`content/${type}s/the-example/${path}`, await drawnPicture('#884422'));
    }
    const loaded = new ContentReader(world.root).load([file], undefined).entities[0];
    const checked = await run(
      process.execPath,
      [join(REPOSITORY, 'tools/chargen-cli/bin/chargen.mjs'), 'check', '--filter', 'the-example'],
      world.root,
      world.environment(),
    );
    await world.remove();
    expect(loaded?.diagnostics).toEqual([]);
    expect(loaded?.entity).toBeDefined();
    if (/dangl|does not exist/i.test(fence.before)) return;
    expect(checked.output).toContain('1 entity: 0 errors, 0 warnings');
  });
});

describe('the blocks of JSON', () => {
  const nxJson = z.looseObject({
    plugins: z.array(z.union([z.string(), z.looseObject({ plugin: z.string(), options: z.unknown() })])),
  });

  it.each(inLanguage(fences, 'json', 'jsonc'))(
    '$at is JSON, with options that the plugin takes',
    ({ fence }) => {
      const data: unknown = JSON.parse(fence.text);
      // An entry of `plugins` may be shown alone.
      const whole = fence.text.includes('"plugins"') ? data : { plugins: [data] };
      const { success, data: config } = nxJson.safeParse(whole);
      if (!success) {
        expect(fence.text).not.toContain('"chargen-plugin"');
        return;
      }
      for (const one of config.plugins) {
        if (typeof one !== 'string' && one.plugin === 'chargen-plugin')
          pluginOptionsSchema.parse(one.options);
      }
    },
  );
});

describe('the commands of npm', () => {
  it('are scripts of this repository', () => {
    const npm = z.object({ scripts: z.record(z.string(), z.string()) });
    const { scripts } = npm.parse(JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')));
    for (const name of npmScriptsOf(fences)) expect(Object.keys(scripts)).toContain(name);
  });
});

describe('the links', () => {
  it('lead to files and headings that exist', () => {
    const broken: string[] = [];
    for (const one of pages) {
      for (const link of linksOf(one)) {
        const target = targetOf(one, link);
        if (target === undefined) continue;
        const file = join(REPOSITORY, target.path);
        if (!existsSync(file)) broken.push(`${one.path}: ${link}`);
        const other = pages.find(({ path }) => path === target.path || path === `${target.path}/README.md`);
        if (target.anchor !== undefined && other !== undefined && !anchorsOf(other).has(target.anchor)) {
          broken.push(`${one.path}: ${link}`);
        }
      }
    }
    expect(broken).toEqual([]);
  });

  it('lead from the README to every page', () => {
    const reached = new Set<string>();
    const open = ['README.md'];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      const one = pages.find((candidate) => candidate.path === path);
      for (const link of one === undefined ? [] : linksOf(one)) {
        const target = targetOf(page(path), link)?.path;
        if (target === undefined || !existsSync(join(REPOSITORY, target))) continue;
        open.push(statSync(join(REPOSITORY, target)).isDirectory() ? `${target}/README.md` : target);
      }
    }
    expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });
});

describe('the tables', () => {
  const cells = pages.flatMap(({ prose }) => firstCells(prose)).flatMap((cell) => codeOf(cell));

  it('hold every variable that the source reads, and no other', () => {
    const named = (text: string): Set<string> => new Set(text.match(/\bCHARGEN_[A-Z_]*[A-Z]\b/g) ?? []);
    const read = named(source);
    expect(read.size).toBeGreaterThan(5);
    const inTables = named(cells.join(' '));
    expect([...read].filter((name) => !inTables.has(name))).toEqual([]);
    const told = named(
      pages.map((one) => [one.prose, ...one.fences.map(({ text }) => text)].join('\n')).join('\n'),
    );
    expect([...told].filter((name) => !read.has(name))).toEqual([]);
  });

  it('hold every environment variable with its meaning and its default, and read no other', () => {
    const rowsOf = (variables: Readonly<Record<string, Variable>>, readBy?: Variable['readBy']) =>
      Object.entries(variables).flatMap(([name, variable]) => {
        const { alsoNamed = [], meaning } = variable;
        if (variable.readBy !== readBy) return [];
        const names = [name, ...alsoNamed].map((one) => `\`${one}\``).join(', ');
        const reader = readBy === undefined ? [] : [`\`${readBy}\``];
        return [[names, ...reader, meaning, describeDefault(variable)]];
      });
    expect(tableOf(sectionOf(page('docs/configuration.md'), 'Environment'))).toEqual([
      ...rowsOf(VARIABLES),
      ...rowsOf(VARIABLES, 'chargen-cache-server'),
      ...rowsOf(VARIABLES, 'chargen-ci'),
    ]);
    expect(tableOf(sectionOf(page('docs/nx.md'), 'Variables that chargen sets itself'))).toEqual(
      rowsOf(OWN_VARIABLES),
    );
    const declared = new Set([...Object.keys(VARIABLES), ...Object.keys(OWN_VARIABLES)]);
    const read = source.match(/\bCHARGEN_[A-Z_]*[A-Z]\b/g) ?? [];
    expect([...new Set(read)].filter((name) => !declared.has(name))).toEqual([]);
    // Each is read by its declared name: one that is only declared would be a promise that nothing keeps.
    const used = source.replace(/export const (?:OWN_)?VARIABLES = \{[\s\S]*?\n\} as const/g, '');
    expect([...declared].filter((name) => !used.includes(name))).toEqual([]);
    const options = Object.keys(pluginOptionsSchema.shape);
    for (const { overrides } of Object.values<Variable>(VARIABLES)) {
      if (overrides !== undefined) expect(options).toContain(overrides);
    }
  });

  it('hold every exit code of chargen, and no other', () => {
    const told = firstCells(page('docs/exit-codes.md').prose)
      .flatMap((cell) => /^`?(\d+)`?$/.exec(cell)?.[1] ?? [])
      .map(Number);
    expect([...new Set(told)].sort((a, b) => a - b)).toEqual(
      Object.keys(EXIT_MEANING)
        .map(Number)
        .sort((a, b) => a - b),
    );
  });

  it('hold every option of the plugin with its meaning and its default, and no other', () => {
    const option = z.looseObject({
      description: z.string(),
      default: z.unknown().optional(),
      unset: z.string().optional(),
    });
    const { properties = {} } = z.toJSONSchema(pluginOptionsSchema, { io: 'input' });
    const expected = Object.entries(properties).map(([name, property]) => {
      const { description, default: value, unset } = option.parse(property);
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const shown = typeof value === 'number' ? text : `\`${text}\``;
      return [`\`${name}\``, description, value === undefined ? unset : shown];
    });
    const rows = tableOf(sectionOf(page('docs/configuration.md'), "The plugin's options"));
    expect(rows).toEqual(expected);
  });

  it('hold the catalogue of models, with prices and ends', () => {
    const models = listModels(DEFAULT_SETTINGS, Date.parse('2026-11-28'));
    expect(tableOf(sectionOf(page('docs/models.md'), 'The catalogue'))).toEqual(models.map(rowOf));
  });

  it('hold every field of an imagery.yaml and of a style.yaml, and no other', () => {
    const fields = page('docs/imagery.md');
    const told = (heading: string): string[] => firstCells(sectionOf(fields, heading)).flatMap(codeOf).sort();
    expect(told('The file')).toEqual(Object.keys(canonicalSchema.unwrap().shape).sort());
    expect(told('A scene')).toEqual(Object.keys(sceneSchema.unwrap().shape).sort());
    expect(told('The style guide')).toEqual(Object.keys(styleSchema.unwrap().shape).sort());
    const { references, defaults, palette } = canonicalSchema.unwrap().shape;
    expect(told('A picture of yours')).toEqual(
      Object.keys(references.unwrap().element.unwrap().shape).sort(),
    );
    for (const name of Object.keys(defaults.unwrap().shape)) expect(told('A scene')).toContain(name);
    for (const name of Object.keys(palette.unwrap().shape)) expect(codeOf(fields.prose)).toContain(name);
  });

  it('quote messages as the source has them', () => {
    const plain = (text: string): string =>
      text.replace(/['"`]\s*\+\s*['"`]/g, '').replace(/\\(['"`])/g, '$1');
    const joined = plain(source);
    const quoted = firstCells(page('docs/troubleshooting.md').prose).flatMap(codeOf);
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.flatMap((text) => text.split(/\s*…\s*/)).filter((text) => !joined.includes(text))).toEqual(
      [],
    );
  });
});

/** A model as docs/models.md has it. */
function rowOf(model: ListedModel): string[] {
  const usd = (value: number | null): string => (value === null ? 'unknown' : `$${value.toFixed(3)}`);
  const { price, priceChanges, pictures } = model;
  const tokens = price === null ? 'unknown' : `$${String(price.inputUsd)} / $${String(price.outputUsd)}`;
  const changes = priceChanges.map(
    ({ from, inputUsd, outputUsd }) => `; from ${from ?? ''} $${String(inputUsd)} / $${String(outputUsd)}`,
  );
  return [
    `\`${model.id}\``,
    model.for,
    model.endsOn ?? '',
    model.batch,
    pictures.map(({ size, batchUsd, fullUsd }) => `${size} ${usd(batchUsd)} / ${usd(fullUsd)}`).join(', '),
    model.for === 'pictures' ? String(model.aspectRatios.length) : '',
    String(model.maxReferences),
    `${tokens}${changes.join('')}`,
  ];
}
