import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  entityFolder,
  isDataMap,
  parseYaml,
  readEntity,
  valueAt,
  type DataPath,
  type ReaderOutcome,
} from '../src/content/index.js';
import { dialectTexts, siblingTexts } from './support/dialect-world.js';

interface Sample {
  readonly path: string;
  readonly data: unknown;
  readonly siblings: ReadonlyMap<string, unknown>;
}

function parsed(text: string | undefined, path: string): unknown {
  const outcome = parseYaml(text ?? '', path);
  return outcome.kind === 'data' ? outcome.data : undefined;
}

/** Each sample with the files beside it, such as a character's image-ideas.yaml. */
function samples(): Sample[] {
  const texts = dialectTexts();
  return [...texts]
    .filter(([path, text]) => path.endsWith('/imagery.yaml') && parsed(text, path) !== undefined)
    .map(([path, text]) => {
      const siblings = [...siblingTexts(texts, path)].map(([name, beside]) => {
        return [name, parsed(beside, posix.join(posix.dirname(path), name))] as const;
      });
      return { path, data: parsed(text, path), siblings: new Map(siblings) };
    });
}

function read({ path, data, siblings }: Sample): ReaderOutcome {
  return readEntity({ ...entityFolder(path), data, siblings });
}

/** Each file of a sample by its name, '' for its imagery.yaml. */
function filesOf({ data, siblings }: Sample): readonly (readonly [file: string, data: unknown])[] {
  return [['', data], ...siblings];
}

/** The sample with other data in one of its files. */
function withFile(sample: Sample, file: string, data: unknown): Sample {
  return file === ''
    ? { ...sample, data }
    : { ...sample, siblings: new Map([...sample.siblings, [file, data]]) };
}

/** Every field of a file, once for all entries of a list: `zones.*.lighting`. */
function fieldsIn(data: unknown): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, `${path}.*`);
    if (!isDataMap(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`;
      found.add(at);
      walk(inner, at);
    }
  };
  walk(data, '');
  return [...found];
}

type Reshape = (value: unknown) => unknown;

/** A copy of the data in which a field is reshaped wherever it stands; undefined takes it away. */
function reshaped(data: unknown, field: readonly string[], change: Reshape): unknown {
  const [step, ...rest] = field;
  if (step === '*' && Array.isArray(data)) return data.map((item: unknown) => reshaped(item, rest, change));
  if (step === undefined || !isDataMap(data) || !Object.hasOwn(data, step)) return data;
  const inner = rest.length === 0 ? change(data[step]) : reshaped(data[step], rest, change);
  const others = Object.entries(data).flatMap(([key, value]): (readonly [string, unknown])[] => {
    if (key !== step) return [[key, value]];
    return inner === undefined ? [] : [[key, inner]];
  });
  return Object.fromEntries(others);
}

const RESHAPES: Readonly<Record<string, Reshape>> = {
  gone: () => undefined,
  null: () => null,
  'an empty list': () => [],
  'an empty map': () => ({}),
  'an empty text': () => '',
  'a number': () => 7,
  'a date': () => '2025-12-26',
  true: () => true,
  'another word': () => 'quotidian',
  'a list of it': (value) => [value],
  'a list in a list': (value) => [[value]],
  'a map of it': (value) => ({ primary: value, others: value }),
  'a list of nothing': () => [null],
};

/** Fields that hold scenes or name them: to take those away is to take scenes away. */
const NAMING =
  /(?:^|\.)(?:entity_type|metadata|scenes|zones|images|beat_images|image_spec|overview|establishing|primary|secondary|(?:zone_|beat_|image_)?(?:slug|id|name|title)|location_name|custom_id)$/;

/** Fields that hold an author's own prompt: another one is another prompt. */
const PROMPTS = /prompt/;

function authored({ entity }: ReaderOutcome): string {
  return JSON.stringify([entity?.dialect, entity?.scenes.map(({ id, prompt }) => [id, prompt])]);
}

describe('a field that says something about a picture', () => {
  const all = samples();
  const cases = all.flatMap((sample) =>
    filesOf(sample).flatMap(([file, data]) =>
      fieldsIn(data)
        .filter((field) => !NAMING.test(field) && !PROMPTS.test(field))
        .map((field) => ({ sample, file, data, field })),
    ),
  );

  it('may have any shape: no scene is lost, renamed or stopped for it, and no prompt or dialect changes', () => {
    expect(cases.length).toBeGreaterThan(300);
    const wrong: string[] = [];
    const unchanged = new Map(all.map((sample) => [sample, authored(read(sample))]));
    for (const { sample, file, data, field } of cases) {
      for (const [shape, change] of Object.entries(RESHAPES)) {
        const changed = reshaped(data, field.split('.'), change);
        const after = read(withFile(sample, file, changed));
        const same =
          authored(after) === unchanged.get(sample) &&
          after.diagnostics.every((one) => one.severity !== 'error');
        if (!same)
          wrong.push(
            `${posix.join(posix.dirname(sample.path), file || 'imagery.yaml')} ${field} as ${shape}`,
          );
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** The same data with the keys of every map the other way round. */
function turned(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(turned);
  if (!isDataMap(data)) return data;
  return Object.fromEntries(
    Object.entries(data)
      .reverse()
      .map(([key, value]) => [key, turned(value)]),
  );
}

describe('the order of keys in a file', () => {
  it.each(samples())('of $path changes nothing: no prompt is paid for again', (sample) => {
    const siblings = new Map([...sample.siblings].map(([name, data]) => [name, turned(data)]));
    const { entity } = read({ ...sample, data: turned(sample.data), siblings });
    expect(entity).toEqual(read(sample).entity);
  });
});

describe('a scene that lost its name', () => {
  const LISTS = ['zones', 'beat_images', 'images', 'scenes'] as const;
  const NAMES = /^(?:(?:zone_|beat_|image_)?(?:slug|id|name|title)|custom_id)$/;

  const cases = samples().flatMap((sample) =>
    filesOf(sample).flatMap(([file, data]) =>
      LISTS.flatMap((list) =>
        Array.isArray(valueAt(data, [list]))
          ? [{ name: `${sample.path} ${list}`, sample, list, file, data }]
          : [],
      ),
    ),
  );

  it.each(cases)(
    'stays in $name, with an error at its place if nothing else names it',
    ({ sample, ...one }) => {
      const before = read(sample);
      const nameless = (value: unknown): unknown =>
        isDataMap(value)
          ? Object.fromEntries(
              Object.entries(value).filter(
                ([key]) => !NAMES.test(key) && (key !== 'scene' || one.list !== 'scenes'),
              ),
            )
          : value;
      const changed = reshaped(one.data, [one.list], (list) =>
        Array.isArray(list)
          ? list.map((item: unknown, index) => (index === 0 ? nameless(item) : item))
          : list,
      );
      const after = read(withFile(sample, one.file, changed));
      expect(after.entity?.scenes).toHaveLength(before.entity?.scenes.length ?? -1);
      const errors = after.diagnostics.filter(({ severity }) => severity === 'error');
      expect(errors.map(({ code }) => code)).toContain('scene-without-id');
      for (const { scene, at } of errors) {
        const stopped = after.entity?.scenes.find(({ id }) => id === scene);
        // The planner finds what stops a scene by this place.
        expect(stopped?.at).toEqual(at);
        expect(at?.slice(0, 2)).toEqual<DataPath>([one.list, 0]);
      }
    },
  );
});
