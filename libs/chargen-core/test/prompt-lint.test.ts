import { describe, expect, it } from 'vitest';
import { locateInWorkspace } from '../src/content/index.js';
import { LINT_CODES, lintPrompts, suggestStyle, styleYaml } from '../src/prompt/index.js';
import { loadWorld } from './support/dialect-world.js';

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

  it('is asked for where a world has none and its scenes say none', () => {
    const scene = (n: number): string => `  - { id: s${String(n)}, title: S, prompt: A pier. }\n`;
    const text = `entity_type: chapter\nname: One\nscenes:\n${[1, 2, 3, 4, 5].map(scene).join('')}`;
    const [hint] = lintPrompts(loadWorld(new Map([['chapters/one/imagery.yaml', text]])));
    expect(hint).toMatchObject({ code: 'no-style', severity: 'warning' });
    expect(hint?.message).toContain('5 of 5 scenes');
  });
});
