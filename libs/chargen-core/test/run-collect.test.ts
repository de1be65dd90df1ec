import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { FaultRule } from 'gemini-emulator';
import { deadLetterSchema } from '../src/run/journal/dead-letters.js';
import {
  doorWith,
  KEYS,
  outcomes,
  paidTwice,
  SCENES,
  withWorld,
  type RunWorld,
} from './support/run-world.js';

const downloads = (world: RunWorld): number =>
  world.emulator.ledger.requests().filter((request) => request.route === 'files.download').length;

const WRECK = { match: { key: 'chapter/storm/wreck@*' } } as const;

it.each([
  ['cut with a reset', { kind: 'cut-body', share: 0.6 }],
  ['cut cleanly in the middle of a line, without a length', { kind: 'truncated-body', share: 0.6 }],
  ['answered with a page of a proxy', { kind: 'not-json', status: 502 }],
] as const)('downloads again when a result file was %s, and loses nothing', (_, fault) =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault, match: { route: 'files.download' }, times: 2 });
    const { report } = await world.generate();
    expect(report.totals.generated).toBe(SCENES);
    expect(downloads(world)).toBe(4);
    expect(paidTwice(emulator)).toEqual([]);
  }),
);

it('never believes a file that keeps arriving cut: the run says so, and the next one collects it', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'truncated-body', share: 0.6 },
      match: { route: 'files.download' },
      times: 'always',
    });
    const { report } = await world.generate({ control: { waitMs: 400 } });
    expect(['service', 'wait-over']).toContain(report.stop?.kind);
    expect(report.totals.failed).toBe(0);
    emulator.faults.clear();
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('polls on when a job has succeeded before its output is there', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'late-output', polls: 3 } });
    const { report, events } = await world.generate();
    expect(report.totals.generated).toBe(SCENES);
    const waiting = events.filter((event) => event.kind === 'job-polled' && event.state === 'SUCCEEDED');
    expect(waiting).toHaveLength(3);
  }));

it('tells a picture whose line is missing, does not pay again by itself, and asks again the next time', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'line-missing' }, ...WRECK });
    const { report } = await world.generate();
    expect(outcomes(report)['storm/wreck']).toBe('failed');
    expect(report.totals).toMatchObject({ generated: SCENES - 1, failed: 1 });
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    expect((await world.generate()).report.totals).toMatchObject({ generated: 1, done: SCENES - 1 });
  }));

it('keeps every other picture when a line cannot be read, and says which line', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'line-garbled' }, ...WRECK });
    const { report, events } = await world.generate();
    expect(report.totals).toMatchObject({ generated: SCENES - 1, failed: 1 });
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    expect(warnings.join('\n')).toMatch(/Line \d of results-1\.jsonl cannot be used: the line is not JSON/);
  }));

it('takes one of two equal answers, and tells a line that nobody asked for', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'line-doubled' }, ...WRECK });
    emulator.faults.arm({ fault: { kind: 'line-unknown-key' }, match: { key: 'location/*' } });
    const { report, events } = await world.generate();
    expect(report.totals.generated).toBe(SCENES);
    const collected = events.find((event) => event.kind === 'collected');
    expect(collected).toMatchObject({ generated: 4, doubled: 1, unknown: 1, missing: 0 });
  }));

it('asks again for items that failed for no reason of their own, at most three times in a call', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'item-error', code: 13 }, ...WRECK, times: 2 });
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
    expect((await world.files('.chargen/batch')).filter((path) => path.includes('/failed/'))).toEqual([]);
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('gives up after three attempts, with a letter that says what was asked, what came and what to do', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'item-error', code: 14 }, ...WRECK, times: 'always' });
    const { report } = await world.generate();
    expect(report.totals).toMatchObject({ generated: SCENES - 1, failed: 1 });
    expect(emulator.faults.list()[0]?.struck).toBe(3);
    const [path = ''] = (await world.files('.chargen/batch')).filter((one) => one.includes('/failed/'));
    const letter = deadLetterSchema.parse(JSON.parse(await readFile(world.path(path), 'utf8')));
    expect(letter).toMatchObject({ class: 'transient', attempts: 3 });
    expect(letter.item?.request.request.contents[0]?.parts.at(-1)).toMatchObject({
      text: expect.stringContaining('A wreck on the rocks.') as string,
    });
    expect(letter.answer).toMatchObject({ kind: 'error', code: 14 });
    expect(letter.advice).not.toBe('');
  }));

it.each<[string, FaultRule['fault'], 'refused' | 'unusable']>([
  ['refuses for safety', { kind: 'refuse', finishReason: 'IMAGE_SAFETY', shape: 'null-parts' }, 'refused'],
  [
    'refuses for recitation',
    { kind: 'refuse', finishReason: 'IMAGE_RECITATION', shape: 'no-content' },
    'refused',
  ],
  ['blocks the prompt', { kind: 'prompt-blocked' }, 'refused'],
  ['answers in words', { kind: 'text-only' }, 'unusable'],
  ['stops at its limit of tokens', { kind: 'max-tokens' }, 'unusable'],
])('keeps it by key when the model %s, and does not ask again unchanged', (_, fault, kind) =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault, ...WRECK });
    const { report } = await world.generate();
    expect(outcomes(report)['storm/wreck']).toBe(kind);
    const before = emulator.ledger.requests().length;
    expect(outcomes((await world.generate()).report)['storm/wreck']).toBe(kind);
    expect(emulator.ledger.requests()).toHaveLength(before);
  }),
);

it('keeps the last picture of an answer with drafts, and counts the drafts as billed', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'drafts', count: 2 }, ...WRECK });
    const { report } = await world.generate();
    const recipe: unknown = JSON.parse(
      await readFile(world.path('content/chapters/storm/images/wreck.recipe.json'), 'utf8'),
    );
    expect(recipe).toMatchObject({ drafts: 2 });
    const cost = (scene: string): number => {
      const found = report.entities.flatMap((one) => one.scenes).find((one) => one.scene.endsWith(scene));
      return found?.outcome.kind === 'generated' ? (found.outcome.costUsd ?? 0) : 0;
    };
    expect(cost('storm/wreck')).toBeGreaterThan(2.5 * cost('harbour/dawn'));
  }));

it('warns of a picture of another shape, and keeps it', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'wrong-aspect', aspectRatio: '21:9' }, ...WRECK });
    const { report } = await world.generate();
    const wreck = report.entities.flatMap((one) => one.scenes).find((one) => one.scene.endsWith('/wreck'));
    expect(wreck?.outcome).toMatchObject({
      kind: 'generated',
      warnings: [expect.stringMatching(/Asked for the shape/)],
    });
  }));

it('fails only the items that need a file which Google does not take, and the rest goes on', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'file-failed' }, match: { route: 'files.upload' } });
    const { report } = await world.generate();
    expect(outcomes(report)).toMatchObject({
      'mira/first': 'failed',
      'mira/second': 'failed',
      'harbour/dawn': 'generated',
      'storm/wreck': 'generated',
    });
    expect((await world.generate()).report.totals.generated).toBe(4);
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('takes the picture when an error for the same key came before it', () =>
  withWorld({}, async (world) => {
    const { events } = await world.generate({
      door: (real) =>
        doorWith(real, {
          downloadFile: async (file, path, signal) => {
            const got = await real.downloadFile(file, path, signal);
            const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
            const errors = lines.map((line) => {
              const { key } = JSON.parse(line) as { key: string };
              return JSON.stringify({ key, error: { code: 13 } });
            });
            await writeFile(path, `${[...errors, ...lines].join('\n')}\n`);
            return got;
          },
        }),
    });
    const collected = events.filter((event) => event.kind === 'collected');
    expect(collected[0]).toMatchObject({ generated: 4, failed: 0, doubled: 4 });
  }));

it('stops one scene, and no other, for a damaged result in the store', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate({ only: ['harbour'] });
    let path = '';
    // Beside the result lies the entry that finds it by what people asked for.
    for (const one of (await world.files('.chargen/store')).filter((file) => file.endsWith('.json'))) {
      if ((await readFile(world.path(one), 'utf8')).includes('"kind": "generated"')) path = one;
    }
    await writeFile(world.path(path), '{"v":1,');
    await rm(world.path('content/locations/harbour/images'), { recursive: true });
    const { report } = await world.generate({ only: ['harbour', 'mira'] });
    expect(report.totals).toMatchObject({ generated: 3, failed: 1 });
    const [failed] = report.entities
      .flatMap((one) => one.scenes)
      .filter((one) => one.outcome.kind === 'failed');
    expect(failed?.outcome).toMatchObject({
      class: 'blocked',
      message: expect.stringMatching(/\.json is damaged\..*Restore the file/) as string,
    });
    expect(paidTwice(emulator)).toEqual([]);
  }));
