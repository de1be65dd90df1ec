import { describe, expect, it } from 'vitest';
import { resolveReferences, type World } from '../src/content/index.js';
import { compilePrompt, selectReferences, type CompiledPrompt } from '../src/prompt/index.js';
import { entityOf, loadWorld } from './support/dialect-world.js';

const LOOKS =
  'Ada is a short woman of sixty with a burn on the left cheek, leaning on a loom. Her eyes are grey and narrow. She wears a blue apron.';

function ada(more = '', looks = `appearance: ${LOOKS}`): string {
  return `entity_type: character
name: Ada Loom
${looks}
references:
  - { id: portrait, path: images/portrait.png, role: portrait }
scenes: []
${more}`;
}

function chapter(prompt: string): string {
  return `entity_type: chapter
name: Strike
scenes:
  - id: meeting
    title: Meeting
    prompt: ${prompt}
    references: [{ character: ada }]
`;
}

function worldOf(character: string, prompt: string): World {
  return loadWorld(
    new Map([
      ['characters/ada/imagery.yaml', character],
      ['chapters/strike/imagery.yaml', chapter(prompt)],
    ]),
  );
}

function compiled(world: World, withPortrait: boolean, maxChars?: number): CompiledPrompt {
  const entity = entityOf(world, 'chapter/strike');
  const [scene] = entity.scenes;
  if (scene === undefined) throw new Error('The chapter has no scene.');
  const usable = withPortrait ? resolveReferences(world, entity, scene) : [];
  return compilePrompt(world, entity, scene, selectReferences(usable, 14).sent, true, maxChars);
}

const FOUND = `picture_analysis:
  - picture: images/portrait.png
    traits: [burn on the left cheek, grey eyes, red silk scarf]
    attire: [blue apron, wooden clogs]
`;

describe('a person in a prompt', () => {
  it('without a picture loses nothing of the looks, however short the prompt must be', () => {
    const world = worldOf(ada(), 'Ada waits at the gate.');
    for (const limit of [8000, 200, 60, 1]) {
      const { text } = compiled(world, false, limit);
      expect(text).toContain('Ada is a short woman of sixty with a burn on the left cheek.');
      expect(text).toContain('Her eyes are grey and narrow.');
      expect(text).not.toContain('loom');
    }
    expect(compiled(world, false, 1).text).not.toContain('apron');
  });

  it.each([
    ['She leans on a boy with a burned face.', undefined],
    ['She holds a lamp in a hand scarred by burns.', 'Ada Loom has a hand scarred by burns.'],
    [
      'She grips the tools of a small clockmaker with short white hair.',
      'Ada Loom is a small clockmaker with short white hair.',
    ],
  ])('keeps of the pose "%s" only marks that are her own', (pose, kept) => {
    const looks = `appearance: Ada is a short woman of sixty. ${pose}`;
    const { text } = compiled(worldOf(ada('', looks), 'Ada waits at the gate.'), false);
    const subject = text.slice(text.indexOf('Ada is a short'));
    expect(subject).not.toContain('boy');
    expect(subject).not.toContain('has a small');
    if (kept !== undefined) expect(subject).toContain(kept);
  });

  it('with a picture is told by it, and what is worn by words too', () => {
    const { text } = compiled(worldOf(ada(), 'Ada waits at the gate.'), true);
    expect(text).toContain('Image 1 shows Ada Loom: take face, hair, build, marks and clothes;');
    expect(text).not.toContain('grey and narrow');
    expect(text).toContain('Ada Loom wears a blue apron.');
  });

  it('wears what analysis found, if the author says nothing of clothes', () => {
    const looks = 'appearance: Ada is a short woman of sixty with a burn on the left cheek.';
    const usual = compiled(worldOf(ada(FOUND, looks), 'Ada waits at the gate.'), true);
    expect(usual.text).toContain('Clothes: blue apron, wooden clogs.');
    expect(usual.sections.find((one) => one.text.includes('clogs'))?.source).toBe(
      'characters/ada/imagery.yaml picture_analysis[portrait.png].attire',
    );
    const barefoot = compiled(worldOf(ada(FOUND, looks), 'Ada dances barefoot.'), true);
    expect(barefoot.text).toContain('blue apron');
  });

  it('wears what the scene says, and then nothing that analysis found', () => {
    const looks = 'appearance: Ada is a short woman of sixty with a burn on the left cheek.';
    const { text, leftOut } = compiled(
      worldOf(ada(FOUND, looks), 'Ada stands in a torn wedding gown.'),
      true,
    );
    expect(text).not.toMatch(/apron|clogs|scarf/);
    expect(text).toContain('not clothes, pose');
    expect(text).toContain('Canonical traits of Ada Loom: burn on the left cheek; grey eyes.');
    expect(leftOut.filter((one) => one.why === 'clothes-in-scene').map((one) => one.text)).toEqual([
      'blue apron, wooden clogs.',
      'red silk scarf',
    ]);
  });

  it('wears what the author wrote rather than what analysis found', () => {
    const { text } = compiled(worldOf(ada(FOUND), 'Ada waits at the gate.'), true);
    expect(text).toContain('wears a blue apron');
    expect(text).not.toContain('clogs');
  });

  it.each([
    ['the usual apron', 'Ada waits, the wind in her blue apron.', true],
    ['a torn apron', 'Ada waits in a torn apron.', false],
    ['another garment', 'Ada waits, her cloak wet.', false],
    ['a hand alone', 'Macro of a hand on a loom.', false],
  ])('keeps the usual clothes for %s only if they are those', (_, prompt, keeps) => {
    const { text } = compiled(worldOf(ada(), prompt), true);
    expect(text.includes('wears a blue apron')).toBe(keeps);
  });
});
