import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateInWorkspace } from '../src/content/index.js';
import { AuthoredDigests, DEFAULT_SETTINGS } from '../src/plan/index.js';
import { LINT_CODES, lintPrompts, SECTION_ORDER, suggestStyle, styleYaml } from '../src/prompt/index.js';
import { dialectTexts, loadWorld } from './support/dialect-world.js';

const MARA = `entity_type: character
name: Mara Fen
appearance: Mara is a tall woman with red hair. She wears a green coat.
references:
  - { id: portrait, path: images/portrait.png, role: portrait }
scenes: []
`;
const BO = `entity_type: character
name: Bo
scenes:
  - { id: alone, title: Alone, prompt: Someone sits in the rain. }
`;

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function person(slug: string): string {
  return `entity_type: character\nname: ${capital(slug)}\nappearance: A tall woman with red hair.\nreferences:\n  - { id: portrait, path: images/portrait.png, role: portrait }\nscenes: []\n`;
}

function chapter(scene: string): string {
  return `entity_type: chapter
name: One
scenes:
  - id: s
    title: S
${scene
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;
}

/** Code and line of each hint about a chapter with one scene. */
function hints(scene: string, more: Readonly<Record<string, string>> = {}): string[] {
  const texts = new Map(
    Object.entries({
      'characters/mara/imagery.yaml': MARA,
      'chapters/one/imagery.yaml': chapter(scene),
      ...more,
    }),
  );
  const world = loadWorld(texts);
  return locateInWorkspace(world.workspaceRoot, lintPrompts(world)).map(
    ({ code, file, line }) => `${code} ${file}:${String(line)}`,
  );
}

const SHOWS_MARA = 'references: [{ character: mara }]';

describe('the linter of prompts', () => {
  it.each([
    ['asks-for-avoided', 'prompt: A street full of lanterns.\nnegative_prompt: [lanterns]', 6],
    ['hour-contradicts', 'prompt: The harbour at midnight.\ntime_of_day: late afternoon', 6],
    ['clothes-contradict', `prompt: Mara Fen waits in her red coat.\n${SHOWS_MARA}`, 6],
    ['looks-contradict', `prompt: Mara Fen waits, her black hair wet.\n${SHOWS_MARA}`, 6],
    ['reference-unmentioned', `prompt: An empty pier.\n${SHOWS_MARA}`, 7],
    ['text-asked', 'prompt: A tavern sign that reads The Gull.', 6],
  ])('%s names its line, and can be silenced there', (code, scene, line) => {
    expect(hints(scene)).toEqual([`${code} chapters/one/imagery.yaml:${String(line)}`]);
    expect(hints(`${scene}\nsilence: [${code}]`)).toEqual([]);
  });

  it('has nothing to say where the scene forbids what it does not want', () => {
    expect(hints('prompt: A street with no lanterns.\nnegative_prompt: [lanterns]')).toEqual([]);
    expect(hints(`prompt: Mara Fen waits on the pier.\n${SHOWS_MARA}`)).toEqual([]);
    expect(hints('prompt: The harbour on a torchlit night.\ntime_of_day: night')).toEqual([]);
  });

  const sixPeople = ['ann', 'ben', 'cas', 'dov', 'eli', 'fay'];
  const six = (more = ''): string[] =>
    hints(
      `prompt: ${sixPeople.map(capital).join(', ')} row a boat.\nreferences:\n${sixPeople
        .map((who) => `  - { character: ${who} }`)
        .join('\n')}${more}`,
      Object.fromEntries(sixPeople.map((who) => [`characters/${who}/imagery.yaml`, person(who)])),
    );

  it('people-too-many counts the portraits of a scene, names its line, and can be silenced there', () => {
    expect(six()).toEqual(['people-too-many chapters/one/imagery.yaml:4']);
    expect(six('\nsilence: [people-too-many]')).toEqual([]);
  });

  it('two-names finds a person who bears another name in a file, and can be silenced there', () => {
    const texts = dialectTexts();
    const file = 'chapters/ch01.5-the-slack-chain/imagery.yaml';
    const codes = (change: (text: string) => string): string[] => {
      const changed = new Map(texts).set(file, change(texts.get(file) ?? ''));
      return lintPrompts(loadWorld(changed))
        .filter(({ code }) => code === 'two-names')
        .map((one) => `${one.file} ${one.message}`);
    };
    expect(codes((text) => text)).toEqual([]);
    const other = (text: string): string =>
      text.replaceAll(/name: (['"]?)Ossa Verrin\1/gu, 'name: Old Marta');
    const [found] = codes(other);
    expect(found).toContain(file);
    expect(found).toContain('Ossa Verrin is called "Old Marta" in this file');
    expect(codes((text) => `${other(text)}\nsilence: [two-names]\n`)).toEqual([]);
  });

  it('is silent about a whole file that says so, whichever code it is', () => {
    const rows: readonly (readonly [string, string])[] = [
      ['asks-for-avoided', 'prompt: A street full of lanterns.\nnegative_prompt: [lanterns]'],
      ['hour-contradicts', 'prompt: The harbour at midnight.\ntime_of_day: late afternoon'],
      ['clothes-contradict', `prompt: Mara Fen waits in her red coat.\n${SHOWS_MARA}`],
      ['reference-unmentioned', `prompt: An empty pier.\n${SHOWS_MARA}`],
      ['text-asked', 'prompt: A tavern sign that reads The Gull.'],
    ];
    for (const [code, scene] of rows) {
      const file = `${chapter(scene)}silence: [${code}]\n`;
      expect(hints('prompt: -', { 'chapters/one/imagery.yaml': file })).toEqual([]);
    }
    const ada = (silence: string): Readonly<Record<string, string>> => ({
      'characters/ada/imagery.yaml': `entity_type: character\nslug: ada\nappearance: "Ada has green eyes."\nprompts: []\nimage_inventory: []\n${silence}`,
      'characters/ada/image-ideas.yaml':
        'character: { name: Ada }\nvisual_consistency:\n  - Brown eyes\nscenes: []\n',
    });
    expect(hints('prompt: An empty pier.', ada(''))).toHaveLength(1);
    expect(hints('prompt: An empty pier.', ada('silence: [looks-contradict]\n'))).toEqual([]);
    expect(
      hints('prompt: An empty pier.', { 'characters/bo/imagery.yaml': `${BO}silence: [nothing-visible]\n` }),
    ).toEqual([]);
  });

  it('says of whom nothing visible is written', () => {
    const found = hints(`prompt: Mara Fen waits.\n${SHOWS_MARA}`, { 'characters/bo/imagery.yaml': BO });
    expect(found).toEqual(['nothing-visible characters/bo/imagery.yaml:4']);
  });

  it('finds looks that two files tell in two ways, at the line that decides', () => {
    const found = hints('prompt: An empty pier.', {
      'characters/ada/imagery.yaml':
        'entity_type: character\nslug: ada\nappearance: "Ada has green eyes and a scar on the left cheek."\nprompts: []\nimage_inventory: []\n',
      'characters/ada/image-ideas.yaml':
        'character: { name: Ada }\nvisual_consistency:\n  - Brown eyes\n  - Scar on the right cheek\nscenes: []\n',
    });
    expect(found).toEqual([
      'looks-contradict characters/ada/image-ideas.yaml:3',
      'looks-contradict characters/ada/image-ideas.yaml:4',
    ]);
  });

  it('has a line for each code in docs/prompts.md, and no other', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'prompts.md'), 'utf8');
    const codes = [...page.matchAll(/^\| `([a-z-]+)`/gmu)].map(([, code]) => code);
    expect(codes).toEqual([...LINT_CODES]);
    const parts = [...page.matchAll(/^\| ([a-z][a-z-]*) +\|/gmu)].map(([, part]) => part);
    expect(parts.filter((part) => part !== 'part' && part !== 'code')).toEqual([...SECTION_ORDER]);
  });

  it('has codes that no two hints share', () => {
    expect(new Set(LINT_CODES).size).toBe(LINT_CODES.length);
  });
});

describe('a suggested style', () => {
  it('is what prompts have in common, with counts, and nothing of what they show', () => {
    const scene = (n: number): string =>
      `  - { id: s${String(n)}, title: S, prompt: "Oil painting, matte finish. A pier at dusk, a gull.", negative_prompt: [text] }\n`;
    const world = loadWorld(
      new Map([
        [
          'chapters/one/imagery.yaml',
          `entity_type: chapter\nname: One\nscenes:\n${[1, 2, 3, 4, 5].map(scene).join('')}`,
        ],
      ]),
    );
    const found = suggestStyle(world);
    expect(found.style).toEqual([
      { phrase: 'Oil painting', scenes: 5 },
      { phrase: 'matte finish', scenes: 5 },
    ]);
    expect(styleYaml(found)).toContain('style: "Oil painting, matte finish."');
    expect(styleYaml(found)).toContain('  - "text" # 5');
    expect(styleYaml({ ...found, style: [] })).toBeUndefined();
    // Five scenes say their style themselves, so that nothing is missing.
    expect(lintPrompts(world).map(({ code }) => code)).toEqual([]);
  });

  it('avoids for the whole world only what scenes of several kinds avoid and no picture shows', () => {
    const scenes = (prompt: string, avoid: string): string =>
      [1, 2, 3]
        .map(
          (n) =>
            `  - { id: s${String(n)}, title: S, prompt: "Oil painting. ${prompt}", negative_prompt: [${avoid}] }\n`,
        )
        .join('');
    const found = (files: Readonly<Record<string, string>>): readonly string[] =>
      suggestStyle(loadWorld(new Map(Object.entries(files)))).avoid.map(({ phrase }) => phrase);
    const quay = `entity_type: location\nname: Quay\nscenes:\n${scenes('A quay, no anime.', 'anime, clutter, people, boats')}`;
    const chapter = `entity_type: chapter\nname: One\nscenes:\n${scenes('Boats at sea.', 'Anime, people, boats, rain')}`;
    const [places, both] = [
      { 'locations/quay/imagery.yaml': quay },
      { 'locations/quay/imagery.yaml': quay, 'chapters/one/imagery.yaml': chapter },
    ];
    // Clutter and rain are avoided by one kind each, and boats are what the chapter shows.
    expect(found(both)).toEqual(['Anime', 'people']);
    expect(found({ ...both, 'characters/mara/imagery.yaml': MARA })).toEqual(['Anime']);
    // A world of one kind has no other kind that could agree.
    expect(found(places)).toEqual(['anime', 'boats', 'clutter', 'people']);
  });

  it('is asked for where a world has none and its scenes say none', () => {
    const scene = (n: number): string => `  - { id: s${String(n)}, title: S, prompt: A pier. }\n`;
    const text = `entity_type: chapter\nname: One\nscenes:\n${[1, 2, 3, 4, 5].map(scene).join('')}`;
    const [hint] = lintPrompts(loadWorld(new Map([['chapters/one/imagery.yaml', text]])));
    expect(hint).toMatchObject({ code: 'no-style', severity: 'warning' });
    expect(hint?.message).toContain('5 of 5 scenes');
  });

  it('is not asked for if style.yaml silences the hint, and no task changes by that', () => {
    const scene = (n: number): string => `  - { id: s${String(n)}, title: S, prompt: A pier. }\n`;
    const text = `entity_type: chapter\nname: One\nscenes:\n${[1, 2, 3, 4, 5].map(scene).join('')}`;
    const texts = new Map([['chapters/one/imagery.yaml', text]]);
    const loud = loadWorld(texts, 'terms: { keep: keep }\n');
    const silent = loadWorld(texts, 'terms: { keep: keep }\nsilence: [no-style]\n');
    expect(lintPrompts(loud).map(({ code }) => code)).toEqual(['no-style']);
    expect(lintPrompts(silent)).toEqual([]);
    expect(silent.styleDiagnostics).toEqual([]);
    const digests = (world: typeof loud): string[] =>
      world.entities.map((one) => new AuthoredDigests(world, DEFAULT_SETTINGS).of(one));
    expect(digests(silent)).toEqual(digests(loud));
  });
});
