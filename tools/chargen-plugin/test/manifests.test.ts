import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { REPOSITORY } from '../../../test/support/workspace.js';
import generator from '../src/generators/init/generator.js';
import { createNodes } from '../src/graph/create-nodes.js';

const PACKAGE = join(REPOSITORY, 'tools/chargen-plugin');
const manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  private: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  'nx-migrations': z.looseObject({ packageGroup: z.array(z.string()) }).optional(),
});

function manifestIn(folder: string): z.infer<typeof manifest> {
  return manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}

describe('the packages', () => {
  it('that share the state folder and the keys are one group, which nx migrate moves together', () => {
    const all = ['libs', 'tools'].flatMap((group) =>
      readdirSync(join(REPOSITORY, group)).map((name) => manifestIn(join(REPOSITORY, group, name))),
    );
    // The cache server is installed on a server of its own, and reads nothing of a workspace.
    const others = all.filter(({ name }) => !['chargen-plugin', 'chargen-cache-server'].includes(name));
    const own = manifestIn(PACKAGE);
    expect(own['nx-migrations']?.packageGroup.toSorted()).toEqual(others.map(({ name }) => name).sort());
    const names = new Set(all.map(({ name }) => name));
    for (const { dependencies } of all) {
      for (const [name, spec] of Object.entries(dependencies)) {
        if (names.has(name)) expect(spec).toBe(own.version);
      }
    }
  });

  it('bring the kit of Nx along, so that a package manager that hoists nothing finds it', () => {
    const { dependencies, peerDependencies } = manifestIn(PACKAGE);
    expect(dependencies['@nx/devkit']).toBe(peerDependencies['nx']);
  });
});

describe('the schemas of generators and executors', () => {
  const folder = join(PACKAGE, 'schemas');
  const schema = z.looseObject({
    description: z.string().min(20),
    properties: z.record(z.string(), z.looseObject({ description: z.string().min(10) })),
  });

  it.each(readdirSync(folder))('%s describes itself and each of its options', (file) => {
    expect(() => schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))).not.toThrow();
  });
});

describe('the help of our targets', () => {
  const executors = z.object({ executors: z.record(z.string(), z.object({ schema: z.string() })) });
  const { executors: all } = executors.parse(
    JSON.parse(readFileSync(join(PACKAGE, 'executors.json'), 'utf8')),
  );

  it.each(Object.entries(all))('offers no option of %s, since the plugin makes them all', (_, { schema }) => {
    const { properties } = z
      .object({ properties: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(join(PACKAGE, schema), 'utf8')));
    for (const option of Object.values(properties)) expect(option).toMatchObject({ visible: false });
  });
});

describe('an Nx that does not fit', () => {
  async function workspaceWith(version: string): Promise<string> {
    const root = await mkdtemp(join(tmpdir(), 'chargen-nx-'));
    onTestFinished(() => rm(root, { recursive: true }));
    await mkdir(join(root, 'node_modules/nx'), { recursive: true });
    await writeFile(
      join(root, 'node_modules/nx/package.json'),
      JSON.stringify({ name: 'nx', version }, undefined, 2),
    );
    return root;
  }

  it.each([
    ['22.7.1', 'and this workspace has Nx 22.7.1. Update it: npx nx migrate latest'],
    ['25.0.0', 'and this workspace has Nx 25.0.0. Update chargen: npx nx migrate chargen-plugin'],
  ])('of version %s gets one sentence from inference and generators', async (version, words) => {
    const root = await workspaceWith(version);
    const context = { nxJsonConfiguration: {}, workspaceRoot: root };
    expect(() => createNodes[1]([], {}, context)).toThrow(words);
    const tree = { root } as Parameters<typeof generator>[0];
    await expect(generator(tree, {})).rejects.toThrow(words);
  });

  it.each(['23.0.0', '24.9.9'])('is not version %s', async (version) => {
    const context = { nxJsonConfiguration: {}, workspaceRoot: await workspaceWith(version) };
    expect(await createNodes[1]([], {}, context)).toEqual([]);
  });
});
