import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator, type Emulator } from 'gemini-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILES, RunWorld } from '../../../libs/chargen-core/test/support/run-world.js';
import { chargen, type Ran } from './support/run.js';
import { folderWith, SMALL_WORLD } from './support/world.js';

/** The headings of a page: its scenes. */
function headings(page: string): string[] {
  return page.split('\n').flatMap((line) => (line.startsWith('## ') ? [line.slice(3)] : []));
}

describe('chargen prompt --all', { timeout: 60_000 }, () => {
  it('is one page of the selection, with figures at its head', async () => {
    const cwd = await folderWith(SMALL_WORLD);
    const { code, stdout } = await chargen(['prompt', '--all', '--scope', 'characters', '--filter', 'mara'], {
      cwd,
    });
    expect(code).toBe(0);
    expect(headings(stdout)).toEqual([
      'character/mara/alone',
      'character/mara/asleep',
      'character/mara/landing',
    ]);
    expect(stdout).toContain('| prompts | 3 |\n');
    expect(stdout).toContain('| contradictions found | 0 |\n');
    expect(stdout).toContain('| prompts without a style | 3 |\n');
    const { stdout: one } = await chargen(['prompt', 'mara/alone', '--text'], { cwd });
    expect(stdout).toContain(`\`\`\`text\n${one.trimEnd()}\n\`\`\`\n`);
    const share = Math.round(('Mara rows alone.'.length / (one.length - 1)) * 100);
    expect(stdout).toContain(
      `${String(one.length - 1)} characters, ${String(share)} % of them the author's for this scene.`,
    );
    expect(headings((await chargen(['prompt', '--all'], { cwd })).stdout)).toHaveLength(5);
  });

  it('counts what contradicts itself in the selection', async () => {
    const scene = (id: string, avoid: string): string =>
      `  - { id: ${id}, title: S, prompt: Mara rows past the ruins., negative_prompt: [${avoid}] }\n`;
    const cwd = await folderWith({
      'characters/mara/imagery.yaml': `entity_type: character\nname: Mara\nappearance: A tall woman.\nscenes:\n${scene('a', 'ruins')}${scene('b', 'anime')}`,
    });
    const { stdout } = await chargen(['prompt', '--all'], { cwd });
    expect(stdout).toContain('| contradictions found | 1 |\n');
  });

  it('writes the same page into a file that --out names', async () => {
    const cwd = await folderWith(SMALL_WORLD);
    const { code, stdout, stderr } = await chargen(['prompt', '--all', '--out', 'prompts.md'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('5 prompts are in ');
    const page = await readFile(join(cwd, 'prompts.md'), 'utf8');
    expect(page).toBe((await chargen(['prompt', '--all'], { cwd })).stdout);
  });

  it('does not go with the name of a scene, nor --out without it', async () => {
    const cwd = await folderWith(SMALL_WORLD);
    for (const args of [['--all', 'mara/alone'], ['mara/alone', '--out', 'page.md'], []]) {
      expect((await chargen(['prompt', ...args], { cwd })).code).toBe(2);
    }
  });
});

describe('chargen prompt --diff', { timeout: 120_000 }, () => {
  let emulator: Emulator;
  let world: RunWorld;
  const diff = (scene: string): Promise<Ran> =>
    chargen(['prompt', scene, '--diff', '--root', world.root], { cwd: world.root });

  beforeAll(async () => {
    emulator = await startEmulator();
    world = await RunWorld.create(emulator);
    await world.generate({ only: ['harbour'] });
  });

  afterAll(async () => {
    await world.remove();
    await emulator.close();
  });

  it('shows the words that changed since the picture was made', async () => {
    const same = await diff('harbour/dawn');
    expect(same.code).toBe(0);
    expect(same.stdout).toContain('Compared with the recipe of its picture, of 20');
    expect(same.stdout).toContain('The prompt is the same, word for word.');
    const text = await readFile(world.path(FILES.harbour), 'utf8');
    await world.write(FILES.harbour, text.replace('A harbour at dawn.', 'A harbour at dusk.'));
    const changed = await diff('harbour/dawn');
    expect(changed.code).toBe(0);
    expect(changed.stdout).toContain('A harbour at [-dawn.-]{+dusk.+}');
    expect(changed.stdout).not.toContain('word for word');
  });

  it('reports a full disk as that, and not as a fault of chargen', async () => {
    const { code, stderr } = await chargen(['prompt', '--all', '--out', '/dev/full'], { cwd: world.root });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^chargen: A file could not be read or written: ENOSPC: .* repair the permissions/,
    );
  });

  it('says so if there is no picture to compare with', async () => {
    const { code, stdout } = await diff('storm/wreck');
    expect(code).toBe(0);
    expect(stdout).toContain('There is no picture to compare with: no recipe is beside it.');
  });
});
