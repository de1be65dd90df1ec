import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chargen } from './support/run.js';
import { folderWith, PIXEL_PNG } from './support/world.js';

const TITLES = ['At the oars', 'Under the bridge', 'In the rain', 'With a lamp', 'On the stairs'] as const;

function idOf(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}

/** A character whose pictures an earlier tool made: one for each scene but the last, and one that no scene names. */
const WORLD: Readonly<Record<string, string | Uint8Array>> = {
  'characters/mara/imagery.yaml': `entity_type: character
name: Mara
scenes:
${TITLES.map((title) => `  - { id: ${idOf(title)}, title: ${title}, prompt: Mara ${title.toLowerCase()}. }\n`).join('')}`.replace(
    'prompt: Mara with a lamp.',
    // It shows a scene that is adopted by the same command.
    'prompt: Mara with a lamp., references: [{ scene: at-the-oars }]',
  ),
  ...Object.fromEntries(
    TITLES.slice(0, 4).map((title, index) => [
      `characters/mara/images/mara-${idOf(title)}-170000000000${String(index)}-2023-11-14.png`,
      PIXEL_PNG,
    ]),
  ),
  'characters/mara/images/mara-on-the-stair.png': PIXEL_PNG,
};

/** Without line breaks and frames. */
function wordsOf(text: string): string {
  return text.replace(/[│\s]+/g, ' ');
}

const MADE = '4 scenes look already made: 4 pictures from before chargen are there.';
const STYLE = 'The world has no style, and 5 of 5 scenes state none';

describe('a world that has pictures and no recipes', { timeout: 60_000 }, () => {
  it('leads from init to nothing pending by what the commands say', async () => {
    const root = await folderWith(WORLD);
    const run = (...args: string[]) => chargen(args, { cwd: root });
    const begun = await run('init', '--yes', '--no-install', '--no-preview');
    expect(begun.code).toBe(0);
    const said = wordsOf(begun.stdout);
    expect(said).toContain(MADE);
    expect(said).toContain('without paying: chargen adopt --dry-run');
    expect(said).toContain(STYLE);

    // Each of these says the same.
    for (const command of [
      ['plan'],
      ['status'],
      ['doctor', '--offline'],
      ['batch', 'generate', '--dry-run'],
    ]) {
      const said = wordsOf((await run(...command)).stdout);
      expect(said).toContain(MADE);
      expect(said).toContain(STYLE);
      // Why so much is to be made, with its cost.
      if (command[0] !== 'doctor') expect(said).toContain('new: 5 scenes, $0.');
    }
    const before = await run('plan', '--json');
    expect((JSON.parse(before.stdout) as { totals: object }).totals).toMatchObject({
      pending: 4,
      waits: 1,
      adoptable: { scenes: 4, cost: { unknown: 0 } },
      withoutStyle: { without: 5, all: 5 },
    });

    const dry = await run('adopt', '--dry-run');
    expect(dry.stdout).toContain('1 picture left, since neither an inventory nor a name ties it to a scene:');
    expect(dry.stdout).toContain(
      '  characters/mara/images/mara-on-the-stair.png\n      nearest scene: character/mara/on-the-stairs\n',
    );
    expect(dry.stdout).toContain('4 would be adopted');
    expect((await run('adopt')).stdout).toContain('4 adopted');
    // A process that was killed between the copies and their recipes leaves copies alone.
    const recipe = join(root, 'characters/mara/images/in-the-rain.recipe.json');
    await rm(recipe);
    expect((await run('adopt')).stdout).toContain('1 adopted, 3 settled before');
    expect(JSON.parse(await readFile(recipe, 'utf8'))).toMatchObject({
      picture: { file: 'in-the-rain.png' },
    });
    const picture = 'characters/mara/images/mara-on-the-stair.png';
    const one = await run('adopt', picture, '--as', 'mara/on-the-stairs');
    expect(one.stdout).toContain(`✓ character/mara/on-the-stairs <- ${picture} (named by you, copied to`);
    const after = JSON.parse((await run('plan', '--json')).stdout) as { totals: object };
    expect(after.totals).toMatchObject({ pending: 0, waits: 0, done: 5, adoptable: { scenes: 0 } });
    // The picture itself stays where it was.
    expect(await readFile(join(root, picture))).toEqual(Buffer.from(PIXEL_PNG));
  });

  it('says why a single picture cannot be adopted, and writes nothing', async () => {
    const root = await folderWith({ ...WORLD, 'characters/mara/images/half.png': PIXEL_PNG.subarray(0, 20) });
    const stderrOf = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await chargen(['adopt', ...args], { cwd: root });
      expect(code).toBe(2);
      return stderr;
    };
    const scene = ['--as', 'mara/on-the-stairs'] as const;
    expect(await stderrOf('characters/mara/images/none.png', ...scene)).toContain('There is no picture');
    expect(await stderrOf('/etc/hostname', ...scene)).toContain('is not in the workspace');
    expect(await stderrOf('characters/mara/images/half.png', ...scene)).toContain('it is no whole picture');
    expect(await stderrOf('characters/mara/images/half.png')).toContain('Which scene does');
    expect(await stderrOf(...scene)).toContain('Which picture?');
    const last = 'characters/mara/images/mara-on-the-stair.png';
    expect(await stderrOf(last, '--as', 'mara/on-the-stair')).toContain('Did you mean "on-the-stairs"?');
    await chargen(['lock', 'mara/on-the-stairs'], { cwd: root });
    expect(await stderrOf(last, ...scene)).toContain('character/mara/on-the-stairs is locked');
  });
});
