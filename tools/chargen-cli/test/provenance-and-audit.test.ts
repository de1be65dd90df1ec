import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exportAll,
  FILES,
  generatedWorld,
  type GeneratedWorld,
} from '../../../libs/chargen-export/test/support/world.js';
import { manifestStore, pngWith } from '../../../libs/chargen-export/test/support/c2pa.js';
import { chargen } from './support/run.js';

describe('what pictures state and whether all are accounted for', { timeout: 60_000 }, () => {
  let made: GeneratedWorld;
  const command = (...args: string[]): ReturnType<typeof chargen> =>
    chargen(args, { cwd: made.files.root, env: made.files.environment() });

  beforeAll(async () => {
    made = await generatedWorld();
    const drawn = `${FILES.images}/drawn.png`;
    await made.files.write(drawn, pngWith(await made.files.bytes(drawn), manifestStore()));
    await exportAll(made.files, { widths: [64] });
  }, 60_000);
  afterAll(() => made.remove());

  it('provenance shows the original, its copies, and what a C2PA manifest states', async () => {
    const { code, stdout } = await command('provenance', 'ione/at-the-oar');
    expect(code).toBe(0);
    expect(stdout).toContain(`Original: ${FILES.images}/at-the-oar.png`);
    expect(stdout).toMatch(/Recipe: gemini-3-pro-image\S*, \S+, run \S+\n {2}Bytes: those of the recipe/);
    expect(stdout).toContain('C2PA: no manifest');
    expect(stdout).toMatch(/Copies: dist\/pictures\/character\/ione\/at-the-oar-64\.webp\n +dist\S+\.jpg\n/);
    expect(stdout).toContain('AI System Used: Google Gemini');
    const drawn = await command('provenance', 'ione/drawn');
    expect(drawn.stdout).toContain(
      'C2PA: a manifest of Google C2PA Core Generator 1 (signed; the signature is not',
    );
    expect(drawn.stdout).toContain('c2pa.created');
    const note = JSON.parse(await made.files.read('dist/pictures/character/ione/drawn.c2pa.json')) as object;
    expect(note).toMatchObject({ isVerified: false, credentials: { assertions: ['c2pa.actions.v2'] } });
    const json = await command('provenance', 'ione/lamp', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      scene: 'character/ione/lamp',
      original: { isAsRecorded: true, recipe: { run: expect.any(String) as string } },
      copies: [{ isAsExported: true }, { isAsExported: true }],
    });
    expect((await command('provenance', 'ione/toll')).stdout).toContain(
      'There is no picture of this scene yet.',
    );
  });

  it('audit ends with 1 if something is found, and with 0 if that is not to be looked for', async () => {
    const silent = await command('audit', '--json');
    expect(silent.code).toBe(1);
    expect(JSON.parse(silent.stdout)).toMatchObject({
      totals: { 'without-alt-text': 4 },
      pictures: 5,
      authored: 1,
    });
    const recipes = await command('audit', '--ignore', 'without-alt-text');
    expect([recipes.code, recipes.stdout]).toEqual([0, '']);
    expect(recipes.stderr).toBe("5 pictures, 1 of them their authors' own: 0 findings.\n");
    await rm(made.files.path(FILES.images, 'lamp.png'));
    const gone = await command('audit', '--ignore', 'without-alt-text', '--filter', 'ione');
    expect(gone.code).toBe(1);
    expect(gone.stdout).toContain(
      `recipe-without-picture: a recipe has no picture (1)\n  ${FILES.images}/lamp.recipe.json\n`,
    );
    const wrong = await command('audit', '--ignore', 'everything');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('There is no finding "everything". There are: picture-without-recipe,');
  });
});
