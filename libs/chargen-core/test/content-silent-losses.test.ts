import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkWorld } from '../src/commands/index.js';
import { ContentReader, type LocatedDiagnostic } from '../src/content/index.js';
import { AuthoredDigests, DEFAULT_SETTINGS, REAL_PLACES } from '../src/plan/index.js';
import { imageryFiles, writeWorld } from './support/dialect-world.js';

/** `chargen check` over a world, as `file:line:column severity code`. */
async function check(
  texts: Readonly<Record<string, string>>,
  made: (root: string) => void = () => undefined,
) {
  const all = new Map(Object.entries(texts));
  const workspaceRoot = writeWorld(all);
  made(workspaceRoot);
  const world = new ContentReader(workspaceRoot).load(imageryFiles(all), undefined);
  const found = await checkWorld({ workspaceRoot, world, settings: DEFAULT_SETTINGS, places: REAL_PLACES });
  // The prompts here are as short as they can be.
  return found.filter(({ code }) => code !== 'nothing-visible');
}

function places(found: readonly LocatedDiagnostic[]): string[] {
  return found.map(({ file, line, column, severity, code }) =>
    [`${file.split('/')[1] ?? ''}:${String(line)}:${String(column)}`, severity, code].join(' '),
  );
}

const HEAD = 'entity_type: character\nname: Ada\nscenes:\n  - id: one\n    title: One\n';
const at = (text: string) => ({ 'characters/ada/imagery.yaml': text });

describe('text that YAML or another tool takes away', () => {
  it.each([
    ['a number sign', `${HEAD}    prompt: Ada at door #7 of the pier.\n`, ['ada:6:13 warning text-cut']],
    ['a comment behind prose', `${HEAD}    prompt: A pier # at noon\n`, ['ada:6:13 note text-cut']],
    [
      'a colour',
      `${HEAD}    prompt: A pier.\npalette:\n  dominant: [#416941]\n`,
      ['ada:9:1 error yaml-syntax'],
    ],
    [
      'a colour in a list',
      `${HEAD}    prompt: A pier.\npalette:\n  dominant:\n    - #416941\n`,
      ['ada:9:7 error missing-field'],
    ],
    ['a value that is a comment', `${HEAD}    prompt: #7 is a door\n`, ['ada:6:5 error missing-field']],
    ['nothing', `${HEAD}    prompt: ""\n`, ['ada:6:5 error invalid-value']],
    ['spaces', `${HEAD}    prompt: "  "\n`, ['ada:6:5 error invalid-value']],
    ['no-break spaces', `${HEAD}    prompt: "\u00a0\u2007"\n`, ['ada:6:5 error invalid-value']],
    ['zero-width characters', `${HEAD}    prompt: "\u200b\ufeff"\n`, ['ada:6:5 error invalid-value']],
    ['a block of nothing', `${HEAD}    prompt: |\n\n\n`, ['ada:6:5 error invalid-value']],
    ['a blank name', 'entity_type: character\nname: "\u2060"\n', ['ada:2:1 error invalid-value']],
    [
      'conflict markers',
      `${HEAD}<<<<<<< HEAD\n    prompt: A door.\n=======\n    prompt: A gate.\n>>>>>>> other\n`,
      ['ada:6:1 error merge-conflict'],
    ],
    [
      'conflict markers with CRLF',
      `${HEAD}<<<<<<< HEAD\n    prompt: A.\n=======\n    prompt: B.\n>>>>>>> o\n`.replaceAll('\n', '\r\n'),
      ['ada:6:1 error merge-conflict'],
    ],
    [
      'conflict markers in the record',
      `${HEAD}    prompt: A.\ngenerated_images:\n<<<<<<< HEAD\n  - custom_id: one\n=======\n  - custom_id: two\n>>>>>>> o\n`,
      ['ada:8:1 error merge-conflict'],
    ],
    ['a code fence', `\`\`\`yaml\n${HEAD}    prompt: A.\n\`\`\`\n`, ['ada:1:1 error code-fence']],
    ['a fence at the end', `${HEAD}    prompt: A.\n\`\`\`\n`, ['ada:7:1 error code-fence']],
    [
      'a fence behind a greeting',
      `Here is the file:\n\n  ~~~\n${HEAD}    prompt: A.\n  ~~~\n`,
      ['ada:3:3 error code-fence'],
    ],
    [
      'a merge key',
      `${HEAD.replace('- id', '- &w\n    id')}    prompt: A.\n  - <<: *w\n    id: two\n    title: T\n    prompt: B.\n`,
      ['ada:8:5 error merge-key'],
    ],
    ['a tag', `${HEAD}    prompt: !important Do it.\n`, ['ada:6:30 error yaml-syntax']],
    ['an alias of nothing', `${HEAD}    prompt: *bold text\n`, ['ada:6:18 error yaml-syntax']],
  ])('is reported at its place: %s', async (_, text, expected) => {
    expect(places(await check(at(text)))).toEqual(expected);
  });

  it('an anchor and its alias are read', async () => {
    const text = `${HEAD}    prompt: &p A pier.\n  - id: two\n    title: Two\n    prompt: *p\n`;
    expect(await check(at(text))).toEqual([]);
  });

  it.each([
    ['a byte order mark and CRLF', `\ufeff${HEAD}    prompt: A red kite.\n`.replaceAll('\n', '\r\n')],
    ['document marks', `---\n${HEAD}    prompt: A heron.\n...\n`],
    [
      'JSON',
      '{"entity_type":"character","name":"J","scenes":[{"id":"one","title":"One","prompt":"A bridge."}]}',
    ],
    [
      'JSON with tabs',
      '{\n\t"entity_type": "character",\n\t"name": "T",\n\t"scenes": [\n\t\t{ "id": "a", "title": "A", "prompt": "A boat #1." }\n\t]\n}\n',
    ],
    ['a block that keeps its end', `${HEAD}    prompt: |+\n      A quiet mill.\n\n\n`],
    ['a comment without a line end', `${HEAD}    prompt: A tall gate.\n  # trailing note`],
    [
      'signs inside of quotes and blocks',
      `${HEAD}    prompt: |\n      Door #7 # bold\n      <<<<<<< here\n      \`\`\`\n    mood: "a #b"\n`,
    ],
    ['comments of their own', `# a #b\n${HEAD}    # c #d\n    prompt: A gate.   \n    take: 2 # twice\n`],
  ])('odd and valid files stay valid: %s', async (_, text) => {
    expect(await check(at(text))).toEqual([]);
  });
});

describe('names of files across systems', () => {
  const WORLD = `entity_type: character\nname: Cafe\nreferences:\n  - id: portrait\n    path: images/caf\u00e9.png\nscenes:\n  - id: one\n    title: One\n    prompt: A bar.\n    references:\n      - path: images/caf\u00e9.png\n`;

  it.each([
    [
      'in the other Unicode form',
      'cafe\u0301.png',
      String.raw`images/cafe\u{301}.png" is there, with the accents`,
    ],
    ['in other letter case', 'Caf\u00e9.PNG', 'images/Café.PNG" is there, in other letter case'],
  ])('a missing picture that lies there %s is named', async (_, name, expected) => {
    const found = await check(at(WORLD), (root) => {
      mkdirSync(join(root, 'characters/ada/images'), { recursive: true });
      writeFileSync(join(root, 'characters/ada/images', name), 'x');
    });
    expect(places(found)).toEqual(['ada:5:5 error missing-reference', 'ada:11:9 error missing-reference']);
    for (const { message } of found) expect(message).toContain(expected);
  });

  it('a wrong path among the references of an entity is reported at its line, shown or not', async () => {
    const text = `entity_type: character\nname: A\nreferences:\n  - id: portrait\n    path: images/gone.png\n`;
    expect(places(await check(at(text)))).toEqual(['ada:5:5 error missing-reference']);
  });
});

describe('one mistyped field', () => {
  const TWO = `${HEAD}    prompt: A.\n    aspect_ratio: 16x9\n  - id: two\n    title: Two\n    prompt: B.\n`;

  it('stops its scene and no other', () => {
    const texts = new Map(Object.entries(at(TWO)));
    const world = new ContentReader(writeWorld(texts)).load(imageryFiles(texts), undefined);
    const entity = world.entities[0]?.entity;
    expect(entity?.scenes.map(({ id, at }) => [id, ...at])).toEqual([['two', 'scenes', 1]]);
    expect(entity?.unread).toEqual(['one']);
  });

  it('gives the entity another digest than the file without that scene', () => {
    const digest = (text: string): string => {
      const texts = new Map(Object.entries(at(text)));
      const world = new ContentReader(writeWorld(texts)).load(imageryFiles(texts), undefined);
      const [loaded] = world.entities;
      return loaded === undefined ? '' : new AuthoredDigests(world, DEFAULT_SETTINGS).of(loaded);
    };
    const scene = TWO.slice(TWO.indexOf('  - id: one'), TWO.indexOf('  - id: two'));
    expect(digest(TWO)).not.toBe(digest(TWO.replace(scene, '')));
  });

  it('in an id never becomes a path', () => {
    const texts = new Map(Object.entries(at(TWO.replace('id: one', 'id: ../../../one'))));
    const world = new ContentReader(writeWorld(texts)).load(imageryFiles(texts), undefined);
    expect(world.entities[0]?.entity?.unread).toEqual(['number 1']);
  });

  it('stops the entity if it stands outside of the scenes', () => {
    const texts = new Map(Object.entries(at(`${TWO}apearance: Tall.\n`)));
    const world = new ContentReader(writeWorld(texts)).load(imageryFiles(texts), undefined);
    expect(world.entities[0]?.entity).toBeUndefined();
  });

  it('is the cause that is listed before the scenes and files that suffer from it', async () => {
    const found = await check({
      'chapters/aa/imagery.yaml':
        'entity_type: chapter\nname: A\nscenes:\n  - id: x\n    title: X\n    prompt: X.\n    references:\n      - character: ada\n        scene: one\n',
      ...at(`${TWO}    references:\n      - path: images/one.png\n`),
    });
    expect(places(found)).toEqual([
      'ada:7:5 error unknown-aspect-ratio',
      'ada:12:9 error reference-to-broken-scene',
      'aa:8:9 error reference-to-broken-scene',
    ]);
  });

  it('a model that is not known is a warning with the nearest name', async () => {
    const found = await check(at(`${HEAD}    prompt: A.\n    model: gemini-3-pro-imge\n`));
    expect(places(found)).toEqual(['ada:7:5 warning unknown-model']);
    expect(found[0]?.message).toContain('Did you mean "gemini-3-pro-image"?');
  });
});
