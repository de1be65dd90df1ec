import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../src/index.js';
import { changedFields, askedFor } from '../src/plan/asked.js';
import type { LoadedEntity, World } from '../src/content/index.js';
import { dialectTexts, loadWorld } from './support/dialect-world.js';

/** Every scene's digests of what was asked for, by its name. */
function askedOf(world: World): Map<string, ReturnType<typeof askedFor>> {
  return new Map(
    world.entities.flatMap(({ entity }) =>
      (entity?.scenes ?? []).map((scene) => {
        const name = `${entity?.type ?? ''}/${entity?.slug ?? ''}/${scene.id}`;
        if (entity === undefined) throw new Error('A scene without an entity.');
        return [name, askedFor(world, DEFAULT_SETTINGS, entity, scene)] as const;
      }),
    ),
  );
}

const ADA = `entity_type: character
name: Ada
appearance: A tall woman with grey eyes.
traits: [a scar on the left hand]
scenes:
  - id: at-work
    title: At work
    prompt: Ada mends a net.
    negative_prompt: [text]
    tags: [net]
  - id: at-rest
    title: At rest
    prompt: Ada sleeps.
`;

function adaWith(edit: (text: string) => string, style = 'style: Oil on canvas.\n'): World {
  return loadWorld(new Map([['characters/ada/imagery.yaml', edit(ADA)]]), style);
}

/** The fields of a scene that differ from the unedited file's. */
function changesOf(scene: string, edit: (text: string) => string, style?: string): readonly string[] {
  const before = askedOf(adaWith((text) => text)).get(`character/ada/${scene}`);
  const after = askedOf(adaWith(edit, style)).get(`character/ada/${scene}`);
  if (before === undefined || after === undefined) throw new Error(`There is no scene ${scene}.`);
  expect(before.digest === after.digest).toBe(changedFields(before.fields, after.fields).length === 0);
  return changedFields(before.fields, after.fields);
}

describe('what people asked for, field by field', () => {
  it('names the field of the scene that was edited, and no field of another scene', () => {
    const edit = (text: string): string => text.replace('mends a net', 'mends a sail');
    expect(changesOf('at-work', edit)).toEqual(['scene.prompt']);
    expect(changesOf('at-rest', edit)).toEqual([]);
  });

  it('leave out a file beside imagery.yaml that its dialect does not read', () => {
    const files: [string, string][] = [['characters/ada/imagery.yaml', ADA]];
    const beside = 'visual_consistency: [grey eyes]\nscenes: []\n';
    const alone = askedOf(loadWorld(new Map(files)));
    const accompanied = askedOf(loadWorld(new Map([...files, ['characters/ada/image-ideas.yaml', beside]])));
    expect(accompanied).toEqual(alone);
  });

  it('are read beside a broken second file, unless the dialect reads that one', () => {
    const beside = (main: string): LoadedEntity | undefined =>
      loadWorld(
        new Map([
          ['characters/ada/imagery.yaml', main],
          ['characters/ada/image-ideas.yaml', 'scenes: "a" "b"\n'],
        ]),
      ).entities[0];
    const seen = (loaded: LoadedEntity | undefined) =>
      loaded?.diagnostics.map(({ severity, code, file }) => [severity, code, file]);
    const own = beside(ADA);
    expect(own?.entity?.scenes.map(({ id }) => id)).toEqual(['at-work', 'at-rest']);
    expect(seen(own)).toEqual([['warning', 'yaml-syntax', 'characters/ada/image-ideas.yaml']]);
    const read = beside('entity_type: character\nprompts: []\n');
    expect(read?.entity).toBeUndefined();
    expect(seen(read)).toEqual([['error', 'yaml-syntax', 'characters/ada/image-ideas.yaml']]);
  });

  it('leave out what only pages read: alt texts, the number of a chapter, creator and credit', () => {
    const described = (text: string): string =>
      text.replace('title: At work\n', 'title: At work\n    alt_text: A woman over a net.\n');
    const world = adaWith(described, 'style: Oil on canvas.\ncreator: Low Quay Press\ncredit: The Press\n');
    expect(world.find('character', 'ada')?.entity?.scenes[0]?.altText).toBe('A woman over a net.');
    expect(world.style).toMatchObject({ creator: 'Low Quay Press', credit: 'The Press' });
    expect(changesOf('at-work', described, 'style: Oil on canvas.\ncreator: Low Quay Press\n')).toEqual([]);

    const chapter = (text: string): string => text.replace('type: character', 'type: chapter');
    const numbered = (text: string): string =>
      chapter(text).replace('name: Ada', 'name: Ada\nchapter_number: 1.5');
    const load = (edit: (text: string) => string, folder = 'ada'): World =>
      loadWorld(new Map([[`chapters/${folder}/imagery.yaml`, edit(ADA)]]));
    expect(load(numbered).find('chapter', 'ada')?.entity?.chapterNumber).toBe(1.5);
    expect(askedOf(load(numbered))).toEqual(askedOf(load(chapter)));
    // Without one, the number that begins the name of its folder.
    const numberOf = (world: World): unknown => world.entities[0]?.entity?.chapterNumber;
    expect(
      ['ch03-ada', 'chapter-10', '4.5-ada', 'chapter-one'].map((folder) => numberOf(load(chapter, folder))),
    ).toEqual([3, 10, 4.5, undefined]);
    expect(numberOf(load(numbered, 'ch03-ada'))).toBe(1.5);
  });

  it('names the looks of the entity for each of its scenes', () => {
    const edit = (text: string): string => text.replace('grey eyes', 'green eyes');
    expect(changesOf('at-work', edit)).toEqual(['entity.appearance']);
    expect(changesOf('at-rest', edit)).toEqual(['entity.appearance']);
  });

  it('names the style guide', () => {
    expect(changesOf('at-rest', (text) => text, 'style: Ink on paper.\n')).toEqual(['style.style']);
  });

  it.each([
    ['a title', (text: string) => text.replace('At work', 'Mending')],
    ['a tag', (text: string) => text.replace('tags: [net]', 'tags: [net, quay]')],
    ['a lock', (text: string) => text.replace('tags: [net]', 'locked: true')],
    ['a comment', (text: string) => text.replace('name: Ada', '# who\nname: Ada')],
    ['line endings', (text: string) => text.replaceAll('\n', '\r\n')],
    ['the record of the tool', (text: string) => `${text}generated_images: []\n`],
    ['what analysis found', (text: string) => `${text}picture_analysis: []\n`],
    ['a wish for newer wording', (text: string) => text.replace('tags: [net]', 'wording: 3')],
    ['another attempt', (text: string) => text.replace('tags: [net]', 'attempt: 2')],
  ])('does not change with %s', (_, edit) => {
    expect(changesOf('at-work', edit)).toEqual([]);
  });

  it('stays with a scene that gets another name', () => {
    const before = askedOf(adaWith((text) => text)).get('character/ada/at-work');
    const after = askedOf(adaWith((text) => text.replace('id: at-work', 'id: mending')));
    expect(after.get('character/ada/mending')?.digest).toBe(before?.digest);
  });

  it('reads what an author wrote to have a picture made again, in every dialect', () => {
    const [scene] = adaWith((text) => text.replace('tags: [net]', 'wording: 3\n    attempt: 2')).entities[0]
      ?.entity?.scenes ?? [undefined];
    expect([scene?.wording, scene?.attempt]).toEqual([3, 2]);
    const texts = dialectTexts();
    const path = 'locations/saltmere-rise/imagery.yaml';
    texts.set(path, (texts.get(path) ?? '').replace(/^( +)prompt_used: /m, '$1attempt: 4\n$1prompt_used: '));
    const attempts = loadWorld(texts)
      .find('location', 'saltmere-rise')
      ?.entity?.scenes.map((one) => one.attempt);
    expect(attempts).toContain(4);
  });

  it('has fields for each scene of every dialect, and other ones for other scenes', () => {
    const all = [...askedOf(loadWorld(dialectTexts())).values()];
    expect(all.length).toBeGreaterThan(25);
    for (const { fields } of all)
      expect(Object.keys(fields).some((name) => name.startsWith('scene'))).toBe(true);
    expect(new Set(all.map((one) => one.digest)).size).toBe(all.length);
  });

  it('does not change a chapter scene with a moment that the scene does not name', () => {
    const path = 'chapters/ch01.5-the-slack-chain/imagery.yaml';
    const texts = dialectTexts();
    const before = askedOf(loadWorld(texts));
    const text = texts.get(path) ?? '';
    const beats = [...text.matchAll(/narrative_beat: (.*)/g)];
    const first = beats[0]?.[0] ?? '';
    expect(beats.length).toBeGreaterThan(1);
    texts.set(path, text.replace(first, 'narrative_beat: "Something else entirely."'));
    const after = askedOf(loadWorld(texts));
    const chapter = [...before].filter(([name]) => name.startsWith('chapter/'));
    const changed = chapter.filter(([name, one]) => after.get(name)?.digest !== one.digest);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(chapter.length);
  });
});
