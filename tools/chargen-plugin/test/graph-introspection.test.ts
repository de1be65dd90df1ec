import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { Service } from '../../../test/support/service.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { preTasksExecution } from '../src/hooks/pre-tasks-execution.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Graph {
  graph: {
    nodes: Record<string, { data: ShownProject }>;
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
  let graph: Graph['graph'];

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
    await workspace.nx(['graph', '--file=../graph.json']);
    ({ graph } = JSON.parse(await workspace.read('../graph.json')) as Graph);
  });

  afterAll(() => workspace.remove());

  /** What `nx show project` prints. */
  function project(name: string): ShownProject {
    const node = graph.nodes[name];
    if (node === undefined) throw new Error(`There is no project ${name}.`);
    return node.data;
  }

  it('has an edge from a chapter to each entity that it shows, with the file that says so, and writes no file', async () => {
    expect(await workspace.git('status', '--short')).toBe('');
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

  it('tells the scenes of an entity and what each shows', () => {
    const { metadata, tags } = project('first-crossing');
    expect(tags).toEqual(['type:chapter']);
    expect(metadata.technologies).toContain('chargen');
    expect(metadata.chargen.scenes.map(({ id, title }) => [id, title])).toEqual([
      ['departure', 'Departure'],
      ['midstream', 'Midstream'],
    ]);
    expect(metadata.chargen.scenes[0]?.shows.join(' ')).toMatch(/ione.*low-quay/);
  });

  it('describes each target, with help that says where plans and single pictures are', () => {
    const { targets } = project('first-crossing');
    for (const target of ['generate', 'analyze']) {
      expect(targets[target]?.metadata.description.length).toBeGreaterThan(20);
      expect(targets[target]?.metadata.help.command).toBe('npx chargen --help');
      expect(Object.keys(targets[target]?.configurations ?? {})).toEqual(['preview']);
    }
    expect(targets['generate']?.dependsOn).toEqual([{ target: 'generate', projects: ['ione', 'low-quay'] }]);
  });

  it("knows an entity by its type and by its author's tags", () => {
    expect(project('lock-keeper').tags).toEqual(['type:character', 'night-watch', 'minor']);
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
    const people = [PATHS.portrait, 'content/style.yaml'];
    const others = [
      'content/characters/ione/images/at-the-oar.recipe.json',
      'content/chapters/first-crossing/images/departure.png',
      PATHS.loner,
      'README.md',
    ];
    const target = 'first-crossing:generate';
    const args = ['show', 'target', 'inputs', target, '--check', ...people, ...others];
    const { output } = await workspace.nx(args);
    const [inputs = '', rest = ''] = output.split('✗');
    expect(people.filter((path) => inputs.includes(path))).toEqual(people);
    expect(others.filter((path) => rest.includes(path))).toEqual(others);
    expect(others.filter((path) => inputs.includes(path))).toEqual([]);
  });

  it('names a picture, its recipe and its refusal as outputs, and no folder', () => {
    const { targets } = project('low-quay');
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
  ])('refuses the flag %s before tasks, and names what does it', async (flags, instead) => {
    const argv = ['node', 'nx', 'run', 'lock-keeper:generate', ...flags.split(' ')];
    const context = { id: 'a-run', workspaceRoot: workspace.root, nxJsonConfiguration: {}, argv };
    const refused = preTasksExecution({ contentRoot: 'content' }, context);
    await expect(refused).rejects.toThrow('takes no flags');
    await expect(refused).rejects.toThrow(instead);
  });
});
