import { rm } from 'node:fs/promises';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_SETTINGS } from '../src/index.js';
import { analysisDigest } from '../src/analysis/analysis-digest.js';
import { AnalysisWorld, drawn, FILES } from './support/analysis-world.js';

const PORTRAIT = 'character/ada/portrait';

const INVENTORY = `entity_type: "character"
slug: "ada"
appearance: "A weaver with white hair."
prompts: []
image_inventory:
  - id: "ada-portrait"
    path: "images/portrait.png"   # drawn by hand
    type: "imported"
    is_reference_portrait: true
    content: { title: "Reference Portrait", tags: [portrait] }
    status: "approved"
`;

const IDEAS = `character:
  name: Ada Loom
scenes:
  - title: At the loom
    scene: Ada throws the shuttle.
`;

const inventorySchema = z.object({ image_inventory: z.array(z.looseObject({ id: z.string() })) });

/** What stands for the author's words in the hash of Ada's task. */
async function digestOfAda(world: AnalysisWorld): Promise<string> {
  const all = await world.load();
  const ada = all.find('character', 'ada');
  if (ada === undefined) throw new Error('Ada is gone.');
  return analysisDigest(all, ada, DEFAULT_SETTINGS);
}

describe('an entry of imagery.yaml', () => {
  it('that a person changed is the person’s: it wins in prompts and is never overwritten', () =>
    AnalysisWorld.with(async (world) => {
      await world.analyze();
      await world.edit(
        FILES.ada,
        '      - "0 of character/ada/portrait"\n      - "1 of',
        '      - a burnt left hand   # she hides it\n      - "1 of',
      );
      // The first such list is that of the tags.
      await world.edit(
        FILES.ada,
        'traits:\n      - "0 of character/ada/portrait"',
        "traits:\n      - 'white hair'",
      );
      const mine = await world.read(FILES.ada);
      expect(await world.record('analyses')).toContain('unchanged');
      expect(await world.read(FILES.ada)).toBe(mine);
      const text = (await world.plans()).get('character/ada/at-the-loom')?.text;
      expect(text).toContain('Canonical traits of Ada Loom: white hair;');

      await world.write(FILES.portrait, await drawn('#dd9911'));
      const { outcomes, report } = await world.analyze();
      expect(outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
      expect(await world.read(FILES.ada)).toBe(mine);
      expect(JSON.stringify(await world.sidecar())).toContain('#dd9911');
      // Nobody should wonder why the prompts still tell of the earlier picture.
      expect(JSON.stringify(report.entities)).toContain("is a person's and stays as it is");
    }));

  it('of the tool’s beside a person’s follows its picture, and the person’s bytes stay', () =>
    AnalysisWorld.with(async (world) => {
      await world.edit(FILES.ada, '# Ada', '  - { id: hand, path: images/hand.png, role: object }\n# Ada');
      await world.write('content/characters/ada/images/hand.png', await drawn('#111111'));
      await world.analyze();
      await world.edit(
        FILES.ada,
        'title: "A dark, neutral portrait',
        'title:   "My hand, a dark, neutral portrait',
      );
      const mine = (await world.read(FILES.ada)).split('\n').find((line) => line.includes('My hand')) ?? '';
      await world.write(FILES.portrait, await drawn('#dd9911'));
      await world.analyze();
      const after = await world.read(FILES.ada);
      expect(after).toContain('#dd9911');
      expect(after).toContain(mine);
      expect(after).not.toContain('#446688');
    }));

  it('that a formatter laid out anew is still the tool’s, and is not fought over', () =>
    AnalysisWorld.with(async (world) => {
      await world.analyze();
      const text = await world.read(FILES.ada);
      const plain = text.replace(/"(images\/portrait\.png|gemini-3\.5-flash-lite|#446688)"/g, "'$1'");
      expect(plain).not.toBe(text);
      await world.write(FILES.ada, plain);
      expect(await world.record('analyses')).toEqual(['unchanged', 'unchanged', 'unchanged']);
      await world.write(FILES.portrait, await drawn('#dd9911'));
      await world.analyze();
      expect(await world.read(FILES.ada)).toContain('#dd9911');
    }));

  it.each([
    ['within it', '    mood: ', '    # hers alone\n    mood: '],
    ['behind its dash', '  - picture: ', '  - # hers alone\n    picture: '],
    ['behind its last word', /(projection: "[0-9a-f]+")/, '$1 # hers alone'],
    ['above its list', 'picture_analysis:\n', 'picture_analysis: # hers alone\n'],
  ])('that somebody wrote a comment into (%s) keeps it when its picture is replaced', (_where, from, to) =>
    AnalysisWorld.with(async (world) => {
      await world.analyze();
      const text = await world.read(FILES.ada);
      const mine = text.replace(from, to);
      expect(mine).not.toBe(text);
      await world.write(FILES.ada, `${mine}# The end.\n`);
      await world.write(FILES.portrait, await drawn('#dd9911'));
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
      const after = await world.read(FILES.ada);
      expect(after).toContain('# hers alone');
      // One above the entry is about no entry, and does not make it anybody's.
      expect(after.includes('#dd9911')).toBe(to.startsWith('picture_analysis'));
      expect(after.endsWith('\n# The end.\n')).toBe(true);
    }),
  );

  it('is enough for a clone without sidecars: nothing is asked again and nothing is taken away', () =>
    AnalysisWorld.with(async (world, emulator) => {
      await world.analyze();
      await rm(world.path(FILES.sidecar));
      await rm(world.path('.chargen'), { recursive: true });
      const text = await world.read(FILES.ada);
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'done' });
      expect(emulator.ledger.billed()).toHaveLength(1);
      expect(await world.read(FILES.ada)).toBe(text);
      await world.write(FILES.portrait, await drawn('#dd9911'));
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
    }));

  it('that a person wrote without any analysis is taken for one', () =>
    AnalysisWorld.with(async (world, emulator) => {
      const entry = 'picture_analysis:\n  - picture: images/portrait.png\n    traits: [white hair]\n';
      const before = await world.read(FILES.ada);
      const digest = await digestOfAda(world);
      await world.write(FILES.ada, `${before}${entry}`);
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'done' });
      expect(emulator.ledger.requests()).toEqual([]);
      expect((await world.plans()).get('chapter/strike/meeting')?.text).toContain(
        'Canonical traits of Ada Loom: white hair.',
      );
      // Without it the picture is asked about: Nx must not take "nothing to do" from its cache.
      expect(await digestOfAda(world)).not.toBe(digest);
      await world.write(FILES.ada, before);
      expect(await digestOfAda(world)).toBe(digest);
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
      // What the tool wrote changes no task of its own.
      expect(await world.read(FILES.ada)).not.toBe(before);
      expect(await digestOfAda(world)).toBe(digest);
    }));

  it('that was deleted comes back from the sidecar', () =>
    AnalysisWorld.with(async (world, emulator) => {
      await world.analyze();
      const text = await world.read(FILES.ada);
      await world.write(FILES.ada, text.slice(0, text.indexOf('# Written by chargen')));
      await world.analyze();
      expect(await world.read(FILES.ada)).toBe(text);
      expect(emulator.ledger.billed()).toHaveLength(1);
    }));
});

describe('an author’s inventory', () => {
  const files = { [FILES.ada]: INVENTORY, 'content/characters/ada/image-ideas.yaml': IDEAS };

  it('is given the findings in its own words, every authored byte kept', () =>
    AnalysisWorld.with(
      async (world, emulator) => {
        expect((await world.analyze()).outcomes).toEqual({ 'character/ada/ada-portrait': 'analyzed' });
        const after = await world.read(FILES.ada);
        expect(after.startsWith(INVENTORY)).toBe(true);
        const [entry] = inventorySchema.parse(parse(after)).image_inventory;
        expect(entry).toMatchObject({
          content: { title: 'Reference Portrait' },
          palette: { dominant: ['#446688'] },
          canon_analysis: { matches_description: expect.any(Boolean) as boolean },
          lighting: { primary_source: 'medium' },
        });
        const text = (await world.plans()).get('character/ada/at-the-loom')?.text;
        expect(text).toContain('Canonical traits of Ada Loom: 0 of');
        expect((await world.analyze()).outcomes).toEqual({ 'character/ada/ada-portrait': 'done' });
        expect(await world.read(FILES.ada)).toBe(after);

        await world.write(FILES.portrait, await drawn('#dd9911'));
        await world.analyze();
        const replaced = await world.read(FILES.ada);
        expect(replaced.startsWith(INVENTORY)).toBe(true);
        expect(replaced).toContain('#dd9911');
        expect(replaced).not.toContain('#446688');
        expect(emulator.ledger.billed()).toHaveLength(2);
      },
      { files },
    ));

  it('is given an entry for a portrait that it does not list', () =>
    AnalysisWorld.with(
      async (world) => {
        await world.analyze();
        const [entry, ...rest] = inventorySchema.parse(parse(await world.read(FILES.ada))).image_inventory;
        expect(rest).toEqual([]);
        expect(entry).toMatchObject({ id: 'ada-portrait', path: 'images/portrait.png', status: 'pending' });
        const before = await world.read(FILES.ada);
        expect((await world.analyze()).outcomes).toEqual({ 'character/ada/ada-portrait': 'done' });
        await world.write(FILES.portrait, await drawn('#dd9911'));
        await world.analyze();
        expect(await world.read(FILES.ada)).not.toBe(before);
        expect(inventorySchema.parse(parse(await world.read(FILES.ada))).image_inventory).toHaveLength(1);
      },
      {
        files: {
          ...files,
          [FILES.ada]: INVENTORY.slice(0, INVENTORY.indexOf('image_inventory')) + 'image_inventory: []\n',
        },
      },
    ));

  it('that was analyzed by somebody is left alone, and nothing is asked', () =>
    AnalysisWorld.with(
      async (world, emulator) => {
        const before = await world.read(FILES.ada);
        expect((await world.analyze()).outcomes).toEqual({ 'character/ada/ada-portrait': 'done' });
        expect(emulator.ledger.requests()).toEqual([]);
        expect(await world.read(FILES.ada)).toBe(before);
      },
      { files: { ...files, [FILES.ada]: `${INVENTORY}    palette: { dominant: [grey] }\n` } },
    ));

  it('that has something else where the section would go keeps that', () =>
    AnalysisWorld.with(
      async (world) => {
        const before = await world.read(FILES.ada);
        expect((await world.analyze()).outcomes).toEqual({ 'character/ada/ada-portrait': 'analyzed' });
        expect(await world.record('analyses')).toContain('refused');
        expect(await world.read(FILES.ada)).toBe(before);
      },
      {
        files: {
          ...files,
          [FILES.ada]: `${INVENTORY.slice(0, INVENTORY.indexOf('image_inventory'))}picture_analysis: { mine: kept }\n`,
        },
      },
    ));

  it('keeps a comment that somebody wrote into what it was given', () =>
    AnalysisWorld.with(
      async (world) => {
        await world.analyze();
        await world.edit(FILES.ada, '      dominant:\n', '      dominant:   # her apron\n');
        const mine = await world.read(FILES.ada);
        await world.write(FILES.portrait, await drawn('#dd9911'));
        expect((await world.analyze()).outcomes).toEqual({ 'character/ada/ada-portrait': 'analyzed' });
        expect(await world.read(FILES.ada)).toBe(mine);
      },
      { files },
    ));

  it('keeps the record of generated pictures and what is known of them apart', () =>
    AnalysisWorld.with(
      async (world) => {
        const all = { settings: { analyzePictures: 'all' } } as const;
        await world.analyze(all);
        await world.generate(all);
        await world.analyze(all);
        const text = await world.read(FILES.ada);
        expect(text).toContain('picture_analysis:');
        await world.generate(all);
        await world.analyze(all);
        expect(await world.read(FILES.ada)).toBe(text);
      },
      { files },
    ));
});

describe('a generated picture that is made again', () => {
  const SIDECAR = 'content/locations/mill/images/dawn.analysis.json';
  const sectionSchema = z.object({ picture_analysis: z.array(z.looseObject({ picture: z.string() })) });
  const picturesIn = (text: string): string[] =>
    sectionSchema.parse(parse(text)).picture_analysis.map((entry) => entry.picture);

  it('loses the words for the one before it, and has them again with that one', () =>
    AnalysisWorld.with(async (world) => {
      const all = { settings: { analyzePictures: 'all' }, only: ['mill'] } as const;
      await world.generate({ only: ['mill'] });
      const bare = await world.read(FILES.mill);
      await world.analyze(all);
      const told = await world.read(FILES.mill);
      expect(told).toContain('alt_text:');
      await world.edit(FILES.mill, 'prompt: A mill at dawn.', 'prompt: A mill in fog.');
      await world.generate({ only: ['mill'] });
      expect(await world.read(FILES.mill)).not.toContain('picture_analysis');
      const older = await world.read(SIDECAR);
      await world.analyze(all);
      const anew = await world.read(FILES.mill);
      expect(picturesIn(anew)).toEqual(['images/dawn.png']);
      // What a teammate recorded of the picture as it is now is not taken for what this clone knows of the old one.
      await world.write(SIDECAR, older);
      expect(new Set(await world.record('all'))).toEqual(new Set(['unchanged']));
      expect(await world.read(FILES.mill)).toBe(anew);
      await world.edit(FILES.mill, 'prompt: A mill in fog.', 'prompt: A mill at dawn.');
      await world.generate({ only: ['mill'] });
      expect(await world.read(FILES.mill)).toBe(told);
      await rm(world.path(SIDECAR));
      await world.edit(FILES.mill, told.slice(bare.length), '');
      expect(await world.read(FILES.mill)).toBe(bare);
    }));

  it('leaves what a person wrote of it, and what is known of a reference', () =>
    AnalysisWorld.with(async (world) => {
      const all = { settings: { analyzePictures: 'all' }, only: ['ada'] } as const;
      await world.generate({ only: ['ada'] });
      await world.analyze(all);
      // The traits of the portrait changed the request of the first scene.
      await world.generate({ only: ['ada'] });
      await world.analyze(all);
      const before = await world.read(FILES.ada);
      expect(picturesIn(before)).toEqual([
        'images/alone.png',
        'images/at-the-loom.png',
        'images/portrait.png',
      ]);
      await world.edit(FILES.ada, '- "0 of character/ada/at-the-loom"', '- the shuttle');
      await world.edit(FILES.ada, 'prompt: Ada throws the shuttle.', 'prompt: Ada mends the shuttle.');
      await world.edit(FILES.ada, 'prompt: An empty loom in the dark.', 'prompt: An empty loom.');
      await world.write(FILES.portrait, await drawn('#dd9911'));
      await world.generate({ only: ['ada'] });
      const after = await world.read(FILES.ada);
      expect(picturesIn(after)).toEqual(['images/at-the-loom.png', 'images/portrait.png']);
      const section = (text: string): string => text.slice(text.indexOf('picture_analysis:'));
      const [head = '', , ...rest] = section(before).split(/^(?=  - picture)/m);
      expect(section(after).replace('the shuttle', '"0 of character/ada/at-the-loom"')).toBe(
        [head, ...rest].join(''),
      );
    }));

  it('keeps the words for a picture that a person edited and had looked at', () =>
    AnalysisWorld.with(async (world) => {
      await world.generate({ only: ['mill'] });
      await world.edit(FILES.mill, '    title: Dawn', '    title: Dawn\n    locked: true');
      await world.write('content/locations/mill/images/dawn.png', await drawn('#dd9911'));
      await world.analyze({ settings: { analyzePictures: 'all' }, only: ['mill'] });
      const told = await world.read(FILES.mill);
      expect(picturesIn(told)).toEqual(['images/dawn.png']);
      await world.record('all');
      expect(await world.read(FILES.mill)).toBe(told);
    }));
});
