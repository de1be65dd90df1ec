import { mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AnalysisWorld, FILES } from './support/analysis-world.js';

const ALL = { settings: { analyzePictures: 'all' } } as const;
/** The same world without a reference: nothing that is analyzed may feed a prompt. */
const NO_PORTRAIT = `entity_type: character
name: Ada Loom
appearance: A weaver with white hair.
scenes:
  - id: portrait-scene
    title: Ada
    prompt: Ada at her loom.
`;

describe('with generated pictures analyzed too', () => {
  it('generate, analyze, generate ends with nothing to do', () =>
    AnalysisWorld.with(
      async (world, emulator) => {
        await rm(world.path(FILES.portrait));
        await world.edit(FILES.chapter, '    references:\n      - character: ada\n', '');
        const first = await world.generate(ALL);
        expect(first.report.totals.generated).toBe(3);
        const analyzed = await world.analyze(ALL);
        expect(analyzed.report.totals.analyzed).toBe(3);
        const billed = emulator.ledger.billed().length;
        const requests = emulator.ledger.requests().length;
        const last = await world.generate(ALL);
        expect(last.report.totals).toMatchObject({ done: 3, generated: 0, pending: 0 });
        expect((await world.analyze(ALL)).report.totals).toMatchObject({ done: 3, analyzed: 0 });
        expect(emulator.ledger.billed().length).toBe(billed);
        expect(emulator.ledger.requests().length).toBe(requests);
        const text = await readFile(world.path(FILES.mill), 'utf8');
        expect(text).toContain('alt_text:');
        expect(text).not.toContain('traits:');
      },
      { files: { [FILES.ada]: NO_PORTRAIT } },
    ));

  it('a reference that feeds prompts settles after its first analysis', () =>
    AnalysisWorld.with(async (world, emulator) => {
      await world.analyze(ALL);
      await world.generate(ALL);
      await world.analyze(ALL);
      const billed = emulator.ledger.billed().length;
      expect((await world.generate(ALL)).report.totals.generated).toBe(0);
      expect((await world.analyze(ALL)).report.totals.analyzed).toBe(0);
      expect(emulator.ledger.billed().length).toBe(billed);
    }));

  it('a picture that is not made yet is passed over', () =>
    AnalysisWorld.with(async (world) => {
      const { outcomes } = await world.analyze(ALL);
      expect(outcomes).toEqual({ 'character/ada/portrait': 'analyzed' });
    }));
});

it('an analysis that was lost with the store is taken from the results of its run', () =>
  AnalysisWorld.with(async (world, emulator) => {
    const authored = await world.read(FILES.ada);
    await world.analyze();
    const before = await world.sidecar();
    await rm(world.path('.chargen/store'), { recursive: true });
    await rm(world.path(FILES.sidecar));
    // Where imagery.yaml has the analysis, nothing is wanted.
    await world.write(FILES.ada, authored);
    const requests = emulator.ledger.requests().length;
    const { report, outcomes } = await world.analyze();
    expect(outcomes).toEqual({ 'character/ada/portrait': 'reused' });
    expect(report.costUsd).toBe(0);
    expect(await world.sidecar()).toEqual(before);
    expect(emulator.ledger.requests()).toHaveLength(requests);
  }));

it('a picture that is a link out of the workspace is an error, and is not sent', () =>
  AnalysisWorld.with(async (world, emulator) => {
    const outside = await mkdtemp(join(tmpdir(), 'chargen-outside-'));
    try {
      await rename(world.path(FILES.portrait), join(outside, 'portrait.png'));
      await symlink(join(outside, 'portrait.png'), world.path(FILES.portrait));
      const { report } = await world.analyze();
      const codes = report.entities.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code));
      expect(codes).toContain('path-outside');
      expect(emulator.ledger.requests()).toEqual([]);
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  }));
