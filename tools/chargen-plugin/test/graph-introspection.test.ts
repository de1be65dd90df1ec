import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { Service } from '../../../test/support/service.js';
import { TestWorkspace } from '../../../test/support/workspace.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Graph {
  graph: {
    nodes: Record<string, unknown>;
    dependencies: Record<string, { source: string; target: string; type: string }[]>;
  };
}

interface ShownProject {
  tags: string[];
  metadata: {
    description: string;
    technologies: string[];
    chargen: { type: string; scenes: { id: string; title: string; shows: string[] }[] };
  };
  targets: Record<
    string,
    {
      metadata: { description: string; help: { command: string } };
      outputs: string[];
      dependsOn?: unknown;
      configurations: Record<string, unknown>;
    }
  >;
}

describe('what Nx tells about a world', () => {
  let workspace: TestWorkspace;

  beforeAll(async () => {
    const files = await smallWorld();
    workspace = await TestWorkspace.create({
      files: {
        ...files,
        [PATHS.loner]: String(files[PATHS.loner]).replace(
          'name: The Lock Keeper',
          'name: The Lock Keeper\ntags: [night watch, minor]',
        ),
      },
    });
  });

  afterAll(() => workspace.remove());

  async function project(name: string): Promise<ShownProject> {
    const { output } = await workspace.nx(['show', 'project', name, '--json']);
    return JSON.parse(output.slice(output.indexOf('{'))) as ShownProject;
  }

  it('has an edge from a chapter to each entity that it shows, with the file that says so', async () => {
    await workspace.nx(['graph', '--file=graph.json']);
    const { graph } = JSON.parse(await workspace.read('graph.json')) as Graph;
    expect(Object.keys(graph.nodes).sort()).toEqual(['first-crossing', 'ione', 'lock-keeper', 'low-quay']);
    expect(graph.dependencies['first-crossing']).toEqual([
      { source: 'first-crossing', target: 'ione', type: 'static' },
      { source: 'first-crossing', target: 'low-quay', type: 'static' },
    ]);
    expect(graph.dependencies['ione']).toEqual([]);
    expect(graph.dependencies['lock-keeper']).toEqual([]);
    const data = `${workspace.base}/nx-data/file-map.json`;
    const map = JSON.stringify(
      JSON.parse(await workspace.read(`../${data.slice(workspace.base.length + 1)}`)),
    );
    expect(map).toMatch(/content\/chapters\/first-crossing\/imagery\.yaml[^}]*"deps":\["ione","low-quay"\]/);
  });

  it('tells the scenes of an entity and what each shows', async () => {
    const { metadata, tags } = await project('first-crossing');
    expect(tags).toEqual(['type:chapter']);
    expect(metadata.technologies).toContain('chargen');
    expect(metadata.chargen.scenes.map(({ id, title }) => [id, title])).toEqual([
      ['departure', 'Departure'],
      ['midstream', 'Midstream'],
    ]);
    expect(metadata.chargen.scenes[0]?.shows.join(' ')).toMatch(/ione.*low-quay/);
  });

  it('describes each target, with help that says where plans and single pictures are', async () => {
    const { targets } = await project('first-crossing');
    for (const target of ['generate', 'analyze']) {
      expect(targets[target]?.metadata.description.length).toBeGreaterThan(20);
      expect(targets[target]?.metadata.help.command).toBe('npx chargen --help');
      expect(Object.keys(targets[target]?.configurations ?? {})).toEqual(['preview']);
    }
    expect(targets['generate']?.dependsOn).toEqual([{ target: 'generate', projects: ['ione', 'low-quay'] }]);
  });

  it("knows an entity by its type and by its author's tags", async () => {
    const { tags } = await project('lock-keeper');
    expect(tags).toEqual(['type:character', 'night-watch', 'minor']);
    const { output } = await workspace.nx(['show', 'projects', '-p', 'tag:type:character', '--json']);
    expect((JSON.parse(output.slice(output.indexOf('['))) as string[]).sort()).toEqual([
      'ione',
      'lock-keeper',
    ]);
  });

  it('runs a type of entity alone by its tag', async () => {
    const service = await Service.start();
    service.serve(workspace);
    const { code } = await workspace.nx(['run-many', '-t', 'generate', '-p', 'tag:type:character']);
    expect(code).toBe(0);
    expect(service.billed().every((key) => key.startsWith('character/'))).toBe(true);
    expect(service.billed()).toHaveLength(3);
    await service.close();
  });

  it('counts what people wrote as inputs, and nothing that the tool made', async () => {
    const check = async (path: string): Promise<number | null> => {
      const { code } = await workspace.nx([
        'show',
        'target',
        'first-crossing:generate',
        'inputs',
        '--check',
        path,
      ]);
      return code;
    };
    expect(await check(PATHS.portrait)).toBe(0);
    expect(await check('content/style.yaml')).toBe(0);
    expect(await check('content/characters/ione/images/at-the-oar.recipe.json')).toBe(1);
    expect(await check('content/chapters/first-crossing/images/departure.png')).toBe(1);
    expect(await check(PATHS.loner)).toBe(1);
    expect(await check('README.md')).toBe(1);
  });

  it('names a picture, its recipe and its refusal as outputs, and no folder', async () => {
    const { targets } = await project('low-quay');
    const takes = Array.from({ length: 20 }, (_, index) => index + 1).join(',');
    expect(targets['generate']?.outputs).toEqual([
      '{projectRoot}/{options.imagesDir}/establishing.{png,jpg,webp}',
      '{projectRoot}/{options.imagesDir}/establishing.recipe.json',
      '{projectRoot}/{options.imagesDir}/establishing.refused.json',
      `{projectRoot}/{options.imagesDir}/takes/establishing@{${takes}}{.png,.jpg,.webp,.recipe.json,.refused.json}`,
    ]);
  });

  it.each([
    ['--dry-run', 'chargen plan'],
    ['--wait=1h', 'CHARGEN_WAIT'],
    ['--scene=keys', 'chargen now'],
    // Names of the target's own options, which Nx would put in their place.
    ['--styleFile=other.yaml', '--styleFile'],
    ['--no-batch --settings.tier=free', '--settings'],
  ])('refuses the flag %s and names what does it', async (flags, instead) => {
    const { code, output } = await workspace.nx(['run', 'lock-keeper:generate', ...flags.split(' ')]);
    expect(code).not.toBe(0);
    expect(output).toContain('takes no flags');
    expect(output).toContain(instead);
  });
});
