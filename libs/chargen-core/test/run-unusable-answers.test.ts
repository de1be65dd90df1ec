import { readFile, writeFile } from 'node:fs/promises';
import type { FaultRule } from 'gemini-emulator';
import { expect, it } from 'vitest';
import { describeReport, planWorld, DEFAULT_SETTINGS, REAL_PLACES, type GeminiDoor } from '../src/index.js';
import { unknownWord } from '../src/run/collect/unknown-words.js';
import { doorWith, KEYS, paidTwice, withWorld, type RunWorld } from './support/run-world.js';

/** Two of the scenes of the world: one that another one shows, and that other one. */
const [SHOWN, SHOWING] = ['location/harbour/dawn', 'chapter/storm/leaving'];

/** Cuts the pictures of one scene on their way, as a broken writer at the other end would. */
function damaging(real: GeminiDoor, scene: string): GeminiDoor {
  return doorWith(real, {
    downloadFile: async (file, path, signal) => {
      const got = await real.downloadFile(file, path, signal);
      const lines = (await readFile(path, 'utf8')).split('\n').map((line) => {
        const isMeant = line.includes(`"${scene}@`);
        return isMeant ? line.replace(/("data":"[^"]{400})[^"]*"/, '$1"') : line;
      });
      await writeFile(path, lines.join('\n'));
      return got;
    },
  });
}

const CASES: readonly {
  readonly name: string;
  readonly fault: FaultRule['fault'] | undefined;
  readonly class: string;
  readonly says: RegExp;
  readonly advice: RegExp;
}[] = [
  {
    name: 'words in place of a picture',
    fault: { kind: 'text-only' },
    class: 'words',
    says: /the model answered in words and made no picture/,
    advice: /Ask for a picture and not for text in it/,
  },
  {
    name: 'an answer that ends at its limit',
    fault: { kind: 'max-tokens' },
    class: 'cut-short',
    says: /ended at its length limit/,
    advice: /Shorten the prompt/,
  },
  {
    name: 'an empty answer',
    fault: { kind: 'refuse', finishReason: 'NO_IMAGE', shape: 'role-only' },
    class: 'empty',
    says: /the answer was empty \(NO_IMAGE/,
    advice: /The prompt need not be the cause/,
  },
  {
    name: 'a damaged picture',
    fault: undefined,
    class: 'damaged',
    says: /its picture came damaged/,
    advice: /The prompt is not the cause. It was billed/,
  },
];

it.each(CASES)('says of $name what it is, and never that the model refused', ({ fault, ...told }) =>
  withWorld({}, async (world, emulator) => {
    if (fault !== undefined) emulator.faults.arm({ fault, match: { key: `${SHOWN}@*` } });
    const call = fault === undefined ? { door: (real: GeminiDoor) => damaging(real, SHOWN) } : {};
    const { report, events } = await world.generate(call);
    const scenes = new Map(
      report.entities.flatMap((one) => one.scenes).map((one) => [one.scene, one.outcome]),
    );
    const outcome = scenes.get(SHOWN);
    expect(outcome).toMatchObject({ kind: 'unusable', class: told.class });
    expect(outcome).toMatchObject({ advice: expect.stringMatching(told.advice) as string });
    expect(report.totals).toMatchObject({ refused: 0, unusable: 1 });

    // Who shows it reads the true cause, and is not sent to rewrite a prompt.
    const shows = scenes.get(SHOWING);
    expect(shows).toMatchObject({ kind: 'failed', class: 'blocked' });
    expect(JSON.stringify(shows)).toMatch(told.says);
    expect(JSON.stringify(shows)).toContain('chargen retry');

    const text = describeReport(report);
    expect(text).toContain('! Unusable answers: 1');
    expect(text).toMatch(told.says);
    expect(text).not.toMatch(/refused/i);
    expect(events.filter((one) => one.kind === 'collected')).toContainEqual(
      expect.objectContaining({ refused: 0, unusable: 1 }),
    );

    const { totals } = await planWorld(await contextOf(world));
    expect(totals).toMatchObject({ refused: 0, unusable: 1 });
    // A teammate without this store, with what git has, does not pay for it again either.
    expect(await world.files('content/locations/harbour/images')).toEqual([
      'content/locations/harbour/images/dawn.refused.json',
    ]);
    const other = await world.clone(true);
    try {
      expect((await planWorld(await contextOf(other))).totals).toMatchObject({ unusable: 1, pending: 0 });
    } finally {
      await other.remove();
    }
    // It was billed, so that it is not asked for again by itself.
    expect((await world.generate()).report.totals).toMatchObject({ unusable: 1 });
    expect(emulator.ledger.billed()).toHaveLength(KEYS - 1);
    expect(paidTwice(emulator)).toEqual([]);
  }),
);

async function contextOf(world: RunWorld) {
  return {
    workspaceRoot: world.root,
    world: await world.load(),
    settings: { ...DEFAULT_SETTINGS, workspaceId: 'test-world' },
    places: REAL_PLACES,
  };
}

it('fails the task for an unusable answer as for a refusal, if the option says so', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'text-only' }, match: { key: `${SHOWN}@*` } });
    const { report } = await world.generate({ only: ['harbour'], settings: { failOnRefusal: true } });
    expect(report.entities[0]?.verdict).toBe('failed');
    expect((await world.generate({ only: ['harbour'] })).report.entities[0]?.verdict).toBe('done');
  }));

it('reports a reason that nobody knew once, with what to search for, and keeps the answer', () =>
  withWorld({}, async (world, emulator) => {
    const fault = { kind: 'refuse', finishReason: 'IMAGE_COLOUR_MISSING' } as const;
    emulator.faults.arm({ fault, match: { key: 'character/*' }, times: 'always' });
    const { report, events } = await world.generate({ only: ['mira'] });
    expect(report.totals).toMatchObject({ refused: 3 });
    const warnings = events.flatMap((one) => (one.kind === 'warning' ? [one.message] : []));
    expect(warnings.filter((one) => one.includes('IMAGE_COLOUR_MISSING'))).toEqual([
      expect.stringContaining(
        'Search for: Gemini API finishReason blockReason IMAGE_COLOUR_MISSING',
      ) as string,
    ]);
    expect(JSON.stringify(report)).toContain('IMAGE_COLOUR_MISSING');
  }));

it('knows the words and codes of Google, and asks a person to look up only the others', () => {
  const facts = { usage: undefined, modelVersion: undefined, responseId: undefined };
  const ofReason = (reason: string) => unknownWord({ kind: 'refusal', reason, message: '', facts });
  const ofCode = (code: number) => unknownWord({ kind: 'error', code, message: 'new' });
  for (const reason of ['IMAGE_SAFETY', 'MODEL_ARMOR', 'NO_CANDIDATE', 'STOP', 'OTHER'])
    expect(ofReason(reason)).toBeUndefined();
  for (const code of [1, 3, 13, 16, 429, 500]) expect(ofCode(code)).toBeUndefined();
  expect(ofReason('TOO_BLUE')?.message).toContain('Search for');
  expect(ofCode(99)?.message).toContain('Search for: Gemini API batch error code 99');
  expect(unknownWord({ kind: 'text', text: 'a', finishReason: 'TOO_BLUE', facts })?.id).toBe(
    'reason TOO_BLUE',
  );
});
