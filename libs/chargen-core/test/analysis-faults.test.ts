import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ItemFault } from 'gemini-emulator';
import { describe, expect, it } from 'vitest';
import { openGemini, type GeminiDoor } from '../src/index.js';
import { AnalysisWorld, drawn, FILES } from './support/analysis-world.js';

const PORTRAIT = 'character/ada/portrait';

const UNFIT: readonly [string, ItemFault][] = [
  ['words where JSON was asked for', { kind: 'schema-garbage', style: 'not-json' }],
  ['JSON of another shape', { kind: 'schema-garbage', style: 'wrong-shape' }],
  ['words repeated without end', { kind: 'schema-garbage', style: 'loop' }],
];

/** What lies in the `failed` folders of all runs. */
async function deadLetters(world: AnalysisWorld): Promise<string[]> {
  const batch = world.path('.chargen/batch');
  const names = await readdir(batch, { recursive: true });
  return names.filter((name) => /failed\/.*\.json$/.test(name)).map((name) => join(batch, name));
}

async function requestTexts(world: AnalysisWorld): Promise<string[]> {
  const batch = world.path('.chargen/batch');
  const names = (await readdir(batch, { recursive: true })).filter((name) =>
    /requests-\d+\.jsonl$/.test(name),
  );
  return Promise.all(names.sort().map((name) => readFile(join(batch, name), 'utf8')));
}

describe('an answer that cannot be used', () => {
  it.each(UNFIT)(
    '(%s) is asked for again once, with what was wrong, and kept under the first key',
    (_what, fault) =>
      AnalysisWorld.with(async (world, emulator) => {
        emulator.faults.arm({ fault });
        expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
        expect(emulator.ledger.billed()).toHaveLength(2);
        const keys = new Set(emulator.ledger.billed().map((item) => item.key));
        expect(keys.size).toBe(1);
        const [first, second] = await requestTexts(world);
        // On the wire the schema allows one nonce and no other.
        for (const text of [first, second]) {
          const nonce = /nonce: ([0-9a-f]{10})/.exec(text ?? '')?.[1] ?? 'none';
          expect(text).toContain(`"enum":["${nonce}"]`);
        }
        expect(first).not.toContain('could not be used');
        expect(second).toContain('your answer could not be used');
        // The letter that told of the first answer is gone.
        expect(await deadLetters(world)).toEqual([]);
        expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'done' });
        expect(emulator.ledger.billed()).toHaveLength(2);
      }),
  );

  it.each(UNFIT)('(%s) twice is a dead letter, a failure, and no data', (_what, fault) =>
    AnalysisWorld.with(async (world, emulator) => {
      const before = await world.read(FILES.ada);
      emulator.faults.arm({ fault, times: 'always' });
      const { outcomes, report } = await world.analyze();
      expect(outcomes).toEqual({ [PORTRAIT]: 'failed' });
      expect(report.entities.find((one) => one.id === 'character/ada')?.verdict).toBe('failed');
      expect(emulator.ledger.billed()).toHaveLength(2);
      expect(await deadLetters(world)).toHaveLength(1);
      expect(await world.read(FILES.ada)).toBe(before);
      expect(await world.files()).not.toContain(FILES.sidecar);
      // A later command would pay for the same request again: it asks nothing, and says how to ask again.
      emulator.faults.clear();
      for (let command = 0; command < 2; command += 1) {
        const later = await world.analyze();
        expect(later.outcomes).toEqual({ [PORTRAIT]: 'failed' });
        expect(JSON.stringify(later.report)).toMatch(/not asked, and paid, again by itself.*raise `take`/);
      }
      expect(emulator.ledger.billed()).toHaveLength(2);
      await world.edit(FILES.ada, '    role: portrait', '    role: portrait\n    take: 2');
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
      expect(emulator.ledger.billed()).toHaveLength(3);
    }),
  );

  it('because it was mixed up with another picture’s is caught by its nonce', () =>
    AnalysisWorld.with(async (world, emulator) => {
      await world.edit(
        FILES.mill,
        'scenes:',
        'references:\n  - { id: view, path: images/view.png }\nscenes:',
      );
      await world.write('content/locations/mill/images/view.png', await drawn('#22aa66'));
      let swaps = 0;
      const { outcomes } = await world.analyze({
        openDoor: async () => {
          const door = await openGemini({ apiKey: 'a key', baseUrl: emulator.url });
          return { ...bound(door), downloadFile: swapping(door, () => (swaps += 1) === 1) };
        },
      });
      expect(outcomes).toEqual({ [PORTRAIT]: 'analyzed', 'location/mill/view': 'analyzed' });
      expect(emulator.ledger.billed()).toHaveLength(4);
      expect(await world.read(FILES.ada)).toContain('#446688');
      expect(await world.read(FILES.mill)).toContain('#22aa66');
    }));

  it('is an answer all the same where the model refuses: kept, told, and not asked again', () =>
    AnalysisWorld.with(async (world, emulator) => {
      emulator.faults.arm({
        fault: { kind: 'prompt-blocked', blockReason: 'PROHIBITED_CONTENT' },
        times: 'always',
      });
      const { outcomes, report } = await world.analyze();
      expect(outcomes).toEqual({ [PORTRAIT]: 'refused' });
      expect(report.entities.every((one) => one.verdict === 'done')).toBe(true);
      expect(await world.sidecar()).toMatchObject({ kind: 'refused', reason: 'PROHIBITED_CONTENT' });
      expect(await world.read(FILES.ada)).not.toContain('picture_analysis');
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'refused' });
      // Described by hand, as the advice says: there is nothing left to warn of.
      const entry = 'picture_analysis:\n  - { picture: images/portrait.png, traits: [white hair] }\n';
      await world.write(FILES.ada, `${await world.read(FILES.ada)}${entry}`);
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'done' });
      await rm(world.path(FILES.sidecar));
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'done' });
      expect(emulator.ledger.requests().filter((one) => one.route === 'batches.create')).toHaveLength(1);
    }));

  it('is none that another machine had asked for: its job is found by its name and paid once', () =>
    AnalysisWorld.with(
      async (world, emulator) => {
        const first = await world.analyze({ control: { waitMs: 0 } });
        expect(first.outcomes).toEqual({ [PORTRAIT]: 'pending' });
        // Another machine has the content and nothing of the state.
        await rm(world.path('.chargen'), { recursive: true });
        emulator.advanceClock(60_000);
        expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
        expect(emulator.ledger.billed()).toHaveLength(1);
      },
      { emulator: { jobDuration: 60_000 } },
    ));

  it('is told as an unusable answer where its length was used up before a word was said', () =>
    AnalysisWorld.with(async (world, emulator) => {
      emulator.faults.arm({ fault: { kind: 'max-tokens' } });
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'unusable' });
      await world.edit(FILES.ada, 'role: portrait', 'role: portrait\n    take: 2');
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
    }));

  it.each<[string, ItemFault]>([
    ['has no line', { kind: 'line-missing' }],
    ['has a key that nobody sent', { kind: 'line-unknown-key' }],
    ['is no JSON line', { kind: 'line-garbled' }],
    ['is an error of a moment', { kind: 'item-error', code: 13 }],
  ])('because it %s never becomes data, and the picture is analyzed in the end', (_what, fault) =>
    AnalysisWorld.with(async (world, emulator) => {
      emulator.faults.arm({ fault });
      const { outcomes } = await world.analyze();
      expect(outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
    }),
  );
});

/** A class instance spread loses its methods: each is bound by hand. */
function bound(door: GeminiDoor): GeminiDoor {
  return {
    keyFingerprint: door.keyFingerprint,
    baseUrl: door.baseUrl,
    uploadFile: door.uploadFile.bind(door),
    findFile: door.findFile.bind(door),
    deleteFile: door.deleteFile.bind(door),
    listFiles: door.listFiles.bind(door),
    createBatch: door.createBatch.bind(door),
    getBatch: door.getBatch.bind(door),
    listBatches: door.listBatches.bind(door),
    cancelBatch: door.cancelBatch.bind(door),
    downloadFile: door.downloadFile.bind(door),
    findModel: door.findModel.bind(door),
    listModels: door.listModels.bind(door),
    generateNow: door.generateNow.bind(door),
  };
}

/** Gives each line of a result file the key of another, as a service that mixes up answers would. */
function swapping(door: GeminiDoor, isSwapped: () => boolean): GeminiDoor['downloadFile'] {
  return async (name, path, signal) => {
    const outcome = await door.downloadFile(name, path, signal);
    if (!isSwapped()) return outcome;
    const text = await readFile(path, 'utf8');
    const keys = [...text.matchAll(/"key":("(?:[^"\\]|\\.)*")/g)].map((match) => match[1] ?? '');
    let next = 0;
    const swapped = text.replace(
      /"key":"(?:[^"\\]|\\.)*"/g,
      () => `"key":${keys[(next += 1) % keys.length] ?? ''}`,
    );
    await writeFile(path, swapped);
    return outcome;
  };
}
