import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RemoteFolder } from 'chargen-core';
import { Service } from '../../../test/support/service.js';
import { drawnPicture } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { COMMANDS, EXIT_MEANING } from '../src/index.js';
import { chargen, chargenUntilItSpeaks, REPOSITORY } from './support/run.js';
import { inWorkspace, PLAIN_NX } from './support/workspace-run.js';

const CIDRELLA = 'content/characters/cidrella-vexweld';

/** Entities that no example names, and none of the others shows. */
const UNNAMED = ['chapters/the-hour-that-stopped', 'chapters/the-long-weir-opens', 'characters/reed-king'];

/** Of these an example, or another entity, shows the first scene alone. */
const BY_ONE_SCENE = [
  'characters/maretta-quill',
  'characters/pell-underquay',
  'characters/thane-blackwood',
  'locations/gearwright-hall',
  'locations/lantern-quay',
  'locations/sunken-wood',
];

/** The sample world with what the examples need: each picture more is drawn, and made small for the galleries. */
async function makeSmaller(workspace: TestWorkspace): Promise<void> {
  for (const folder of UNNAMED) await rm(workspace.path('content', folder), { recursive: true });
  for (const folder of BY_ONE_SCENE) {
    const path = `content/${folder}/imagery.yaml`;
    const text = await workspace.read(path);
    const others = /(?<=^scenes:.*^ {2}- id:.*)^ {2}- id:.*/ms.exec(text)?.[0];
    if (others === undefined) throw new Error(`${path} has one scene.`);
    await workspace.edit(path, others, '');
  }
  await workspace.commit('a smaller world');
}

/** What has to be so for an example to show what it is there for. */
const BEFORE: Readonly<Record<string, (workspace: TestWorkspace) => Promise<void>>> = {
  keep: async (workspace) => {
    await workspace.write(`${CIDRELLA}/images/guild-medallion.png`, await drawnPicture('#123456'));
  },
  discard: async (workspace) => {
    await inWorkspace(workspace, ['unlock', 'cidrella-vexweld/guild-medallion']);
    await workspace.write(`${CIDRELLA}/images/guild-medallion.png`, await drawnPicture('#654321'));
  },
  // A shared store in which a machine claims what the example names.
  'store claims': async (workspace) => {
    const folder = workspace.path('.chargen/shared');
    await mkdir(folder, { recursive: true });
    const claims = [{ key: 'ab'.repeat(32), what: 'character/cidrella-vexweld/guild-medallion' }];
    await new RemoteFolder(folder, Date.now).claim(claims, { id: 'another-machine', label: 'laptop' }, 60);
    await workspace.write('.env', `CHARGEN_STORE_REMOTE=${folder}\n`);
  },
  'store gc': async (workspace) => {
    const folder = workspace.path('.chargen/shared');
    await mkdir(folder, { recursive: true });
    await workspace.write('.env', `CHARGEN_STORE_REMOTE=${folder}\n`);
  },
  // The run that the example names, as one that is over.
  cancel: async (workspace) => {
    const folder = workspace.path('.chargen/batch');
    const [known] = (await readdir(folder)).filter((name) => /^\d{4}-/.test(name));
    const state = await readFile(join(folder, known!, 'state.json'), 'utf8');
    await mkdir(join(folder, '2025-12-19T12-00-00Z'));
    await writeFile(
      join(folder, '2025-12-19T12-00-00Z/state.json'),
      state.replaceAll(known!, '2025-12-19T12-00-00Z'),
    );
  },
};

/** A command line as a shell would split it; the examples need no quotes. */
function words(line: string): string[] {
  return line.split(' ').slice(1);
}

describe('help', () => {
  it('is there for every command, with its examples and exit codes', async () => {
    for (const spec of COMMANDS) {
      const { code, stdout, stderr } = await chargen([...spec.path.split(' '), '--help'], {
        cwd: REPOSITORY,
      });
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toContain('Examples:');
      for (const { line } of spec.examples) expect(stdout).toContain(line);
      for (const exit of spec.exits)
        expect(stdout).toContain(`${String(exit).padEnd(3)} ${EXIT_MEANING[exit]}`);
      expect(stdout).toContain('--json');
    }
  }, 120_000);

  it('is what chargen alone shows where there is no terminal', async () => {
    const { code, stdout } = await chargen([], { cwd: REPOSITORY });
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: chargen');
    expect(stdout).not.toContain('\u001b');
  });

  it('is named where a command line is wrong, which ends with 2', async () => {
    const unknown = await chargen(['generate-all'], { cwd: REPOSITORY });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('There is no command "generate-all".');
    for (const [words, meant] of [
      [['plna'], 'plan'],
      [['generate'], 'batch generate'],
      [['batch', 'genrate', '--yes'], 'batch generate'],
      [['--json', 'stauts'], 'status'],
      [['--world', 'plan', 'stauts'], 'status'],
    ] as const) {
      const mistyped = await chargen([...words], { cwd: REPOSITORY });
      expect(mistyped.code).toBe(2);
      expect(mistyped.stderr).toContain(`Did you mean: chargen ${meant}`);
    }
    const option = await chargen(['plan', '--scop', 'all'], { cwd: REPOSITORY });
    expect(option.code).toBe(2);
    expect(option.stderr).toMatch(/^chargen: unknown option '--scop'/);
    expect(option.stderr).toContain('--scope');
    for (const kind of ['generate', 'analyze', 'pipeline']) {
      const wait = await chargen(['batch', kind, '--wait', 'soon', '--dry-run'], { cwd: REPOSITORY });
      expect(wait).toMatchObject({ code: 2, stderr: expect.stringContaining('--wait is "soon"') as string });
    }
    const choice = await chargen(['plan', '--scope', 'monsters', '--json'], { cwd: REPOSITORY });
    expect(choice.code).toBe(2);
    expect(JSON.parse(choice.stdout)).toMatchObject({ error: { code: 'bad-input' } });
    const outside = await chargen(['plan'], { cwd: '/' });
    expect(outside.code).toBe(2);
    expect(outside.stderr).toContain('chargen init');
  });

  it('shows colours only where they are wanted', async () => {
    const colours = await chargen(['plan', '--scope', 'locations'], {
      cwd: REPOSITORY,
      env: { FORCE_COLOR: '1' },
    });
    expect(colours.stdout).toContain('\u001b[');
    const none = await chargen(['plan', '--scope', 'locations'], {
      cwd: REPOSITORY,
      env: { FORCE_COLOR: '1', NO_COLOR: '1' },
    });
    expect(none.stdout).not.toContain('\u001b');
  });
});

describe('the examples of every --help', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ sample: true });
    await workspace.installNx(PLAIN_NX);
    await makeSmaller(workspace);
    service.serve(workspace);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  for (const spec of COMMANDS) {
    // init has a test of its own, in a folder of its own.
    if (spec.path === 'init') continue;
    it(`work as they stand: ${spec.path}`, async () => {
      await BEFORE[spec.path]?.(workspace);
      // An audit that finds something ends with 1.
      for (const { line } of spec.examples) {
        const env = workspace.environment();
        const { code, stdout, stderr } = line.includes('--serve')
          ? await chargenUntilItSpeaks(words(line), { cwd: workspace.root, env })
          : await chargen(words(line), { cwd: workspace.root, env });
        expect(spec.path === 'audit' ? [0, 1] : [0, 3], `${line}\n${stdout}\n${stderr}`).toContain(code);
        if (line.includes('--json')) JSON.parse(stdout);
        expect(stdout + stderr).not.toContain('\u001b');
      }
    }, 120_000);
  }
});
