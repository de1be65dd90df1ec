import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IS_LONG } from '../../../test/support/long.js';
import { NewerBuild } from '../../../test/support/newer-build.js';
import { REPOSITORY } from '../../../test/support/workspace.js';
import { RemoteFolder, type RunControl } from '../src/index.js';
import { AnalysisWorld, FILES as ANALYZED } from './support/analysis-world.js';
import { FILES, KEYS, outcomes, paidTwice, withWorld, type Engine } from './support/run-world.js';

/** Half of the sample world, to which the other half does not refer. */
const LEFT_OUT = /\/(?:maretta-quill|pell-underquay|reed-king|the-hour-that-stopped|the-long-weir-opens)$/;

const NOTHING = new Map<string, string>();
const kinds = (report: Parameters<typeof outcomes>[0]): Set<string> =>
  new Set(Object.values(outcomes(report)));

describe('a later version, with another compiler, another reader and other questions', () => {
  let build: NewerBuild;
  let newer: Engine;
  let folder: string;

  beforeAll(async () => {
    build = await NewerBuild.make();
    newer = await build.core<Engine>();
    folder = await mkdtemp(join(tmpdir(), 'chargen-shared-'));
  });

  afterAll(async () => {
    await build.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const sharing = (name: string): Partial<RunControl> => ({
    remote: { store: new RemoteFolder(join(folder, name), Date.now), claims: true, isRequired: false },
  });

  async function shared(name: string): Promise<Partial<RunControl>> {
    await mkdir(join(folder, name));
    return sharing(name);
  }

  it('words every request differently', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      const clone = await world.clone();
      await clone.generate({ engine: newer, key: 'a key of another project' });
      expect(emulator.ledger.billed()).toHaveLength(2 * KEYS);
      expect(paidTwice(emulator)).toEqual([]);
      await clone.remove();
    });
  });

  it('makes nothing again, and neither does the old version after it', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      const before = await world.pictures();
      expect(kinds((await world.generate({ engine: newer })).report)).toEqual(new Set(['done']));
      await rm(world.path('.chargen'), { recursive: true });
      expect(kinds((await world.generate({ engine: newer })).report)).toEqual(new Set(['done']));
      expect(kinds((await world.generate()).report)).toEqual(new Set(['done']));
      expect(await world.pictures()).toEqual(before);
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
    });
  });

  it('makes what is new, and after a downgrade nothing of it again', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      const chapter = await readFile(world.path(FILES.chapter), 'utf8');
      await world.write(FILES.chapter, chapter.replace('A wreck on the rocks.', 'A wreck on the sand.'));
      expect(outcomes((await world.generate({ engine: newer })).report)['storm/wreck']).toBe('generated');
      expect(kinds((await world.generate()).report)).toEqual(new Set(['done']));
      expect(emulator.ledger.billed()).toHaveLength(KEYS + 1);
    });
  });

  it('makes nothing again that was done by its key after a change of a field that its prompt does not use', async () => {
    await withWorld({}, async (world, emulator) => {
      const control = await shared('unused-field');
      const change = async (from: string, to: string): Promise<void> => {
        const text = await readFile(world.path(FILES.mira), 'utf8');
        expect(text).toContain(from);
        await world.write(FILES.mira, text.replace(from, to));
      };
      await world.generate({ control });
      // There are no traits that could be used.
      await change('prompt: Mira mends a net.', 'use_traits: false\n    prompt: Mira mends a net.');
      expect(kinds((await world.generate({ control })).report)).toEqual(new Set(['done']));
      const pictures = await world.pictures();
      expect(kinds((await world.generate({ engine: newer })).report)).toEqual(new Set(['done']));
      expect(await world.pictures()).toEqual(pictures);
      // A clone that has only what authors wrote finds it in the store.
      const clone = await world.clone();
      const late = await clone.generate({ engine: newer, control, key: 'a key of another project' });
      expect(kinds(late.report)).toEqual(new Set(['reused']));
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
      // A change after the update is asked for in the new words.
      await change('use_traits: false', 'use_traits: true');
      expect(outcomes((await world.generate({ engine: newer })).report)['mira/first']).toBe('generated');
      await clone.remove();
    });
  });

  it('gets every picture, and every refusal, of a fresh clone from a shared store', async () => {
    await withWorld({}, async (world, emulator) => {
      emulator.faults.arm({
        fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' },
        match: { key: 'chapter/storm/wreck@*' },
        times: 1,
      });
      const control = await shared('clone');
      await world.generate({ control });
      const clone = await world.clone();
      const { report } = await clone.generate({ engine: newer, control, key: 'a key of another project' });
      expect(kinds(report)).toEqual(new Set(['reused', 'refused']));
      expect(await clone.pictures()).toEqual(await world.pictures());
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
      await clone.remove();
    });
  });

  it('pays for nothing that a machine of the old version asks for at the same moment', async () => {
    await withWorld({}, async (world, emulator) => {
      const control = await shared('at-once');
      const clone = await world.clone();
      const [old, late] = await Promise.all([
        world.generate({ control }),
        clone.generate({ engine: newer, control, key: 'a key of another project' }),
      ]);
      expect([old.report.stop, late.report.stop]).toEqual([undefined, undefined]);
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
      expect(await clone.pictures()).toEqual(await world.pictures());
      await clone.remove();
    });
  });

  it('makes no finished analysis again, with its sidecar, its entry or the store alone', async () => {
    await AnalysisWorld.with(async (world, emulator) => {
      const authored = await world.read(ANALYZED.ada);
      const settings = { analyzePictures: 'all' } as const;
      await world.generate();
      await world.analyze({ settings });
      const sidecar = await world.sidecar();
      const billed = emulator.ledger.billed().length;
      const looks = async (call: Parameters<AnalysisWorld['analyze']>[0]): Promise<Set<string>> =>
        new Set(Object.values((await world.analyze({ settings, ...call })).outcomes));
      expect(await looks({ engine: newer })).toEqual(new Set(['done']));
      expect((await world.generate({ engine: newer })).report.totals.pending).toBe(0);
      expect(await looks({})).toEqual(new Set(['done']));
      // A clone that has only what git has.
      const text = await world.read(ANALYZED.ada);
      expect(text).toMatch(/^ +asked: "?[0-9a-f]{12}/m);
      await rm(world.path(ANALYZED.sidecar));
      await rename(world.path('.chargen'), world.path('.state-elsewhere'));
      expect(await looks({ engine: newer })).toEqual(new Set(['done']));
      // A clone without the entry, with the store.
      await world.write(ANALYZED.ada, authored);
      await rm(world.path('.chargen'), { recursive: true, force: true });
      await rename(world.path('.state-elsewhere'), world.path('.chargen'));
      const { outcomes: laid } = await world.analyze({ engine: newer });
      expect(laid).toEqual({ 'character/ada/portrait': 'reused' });
      expect(await world.sidecar()).toEqual(sidecar);
      expect(emulator.ledger.billed()).toHaveLength(billed);
      // What its author changes is asked again.
      await world.edit(ANALYZED.ada, 'a grey apron', 'a blue apron');
      const changed = await world.analyze({ engine: newer });
      expect(changed.outcomes).toEqual({ 'character/ada/portrait': 'analyzed' });
    });
  });

  it('finds nothing to do in the sample world after generate and analyze, whoever plans it', async () => {
    await AnalysisWorld.with(async (world, emulator) => {
      await cp(join(REPOSITORY, 'content'), world.path('content'), {
        recursive: true,
        filter: (source) => IS_LONG || !LEFT_OUT.test(source),
      });
      const settings = { analyzePictures: 'all' } as const;
      await world.generate({ settings });
      await world.analyze({ settings });
      const billed = emulator.ledger.billed().length;
      for (const engine of [undefined, newer, undefined]) {
        const { report } = await world.generate({ settings, engine });
        expect(report.totals).toMatchObject({ pending: 0, waits: 0, failed: 0, generated: 0, reused: 0 });
        const analyzed = await world.analyze({ settings, engine });
        expect(new Set(Object.values(analyzed.outcomes))).toEqual(new Set(['done']));
      }
      expect(emulator.ledger.billed()).toHaveLength(billed);
      expect(billed).toBeGreaterThan(IS_LONG ? 70 : 35);
    });
  });

  it('knows the answers of a job of the old version that it finds at Google by their keys alone', async () => {
    await withWorld({}, async (world, emulator) => {
      // Without a shared store: said in the documentation.
      await world.generate();
      const clone = await world.clone();
      await clone.generate({ engine: newer });
      expect(emulator.ledger.billed()).toHaveLength(2 * KEYS);
      expect(paidTwice(emulator)).toEqual([]);
      expect(await clone.pictures()).not.toEqual(NOTHING);
      await clone.remove();
    });
  });
});
