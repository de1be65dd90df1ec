import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeCancel, listDeadLetters, listRuns } from '../src/index.js';
import { askAgainForWreck } from './support/ask-again.js';
import { KEYS, outcomes, paidTwice, SCENES, withWorld, type RunWorld } from './support/run-world.js';

async function runIds(world: RunWorld): Promise<string[]> {
  return (await listRuns(world.path('.chargen/batch'))).map((entry) =>
    entry.kind === 'run' ? entry.run.runId : entry.runId,
  );
}

it('cancels a job that waits at Google, and the next run asks for its pictures again', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    const [runId = ''] = await runIds(world);
    const report = await world.cancel(runId);
    expect(report.jobs.map((job) => job.kind)).toEqual(['cancel-asked']);
    expect(describeCancel(report)).toMatch(/batches\/\w+ was asked to stop/);
    const { report: next } = await world.generate({ control: { waitMs: 0 } });
    expect(next.totals.failed).toBe(5);
    expect(emulator.ledger.billed()).toEqual([]);
  }));

it('ends a run that died before it had asked for anything', () =>
  withWorld({}, async (world) => {
    await world.generate();
    const [made = ''] = await runIds(world);
    const state: unknown = JSON.parse(
      await readFile(world.path('.chargen/batch', made, 'state.json'), 'utf8'),
    );
    const runId = '2026-01-01T00-00-00Z-aaaaaa';
    const dead = { ...(state as object), runId, phase: 'planned', jobs: [], failures: [] };
    await world.write(`.chargen/batch/${runId}/state.json`, JSON.stringify(dead));
    const report = await world.cancel(runId);
    expect(report).toMatchObject({ jobs: [], isOver: true });
    expect(describeCancel(report)).toBe(`Run ${runId}:\nThe run is over.`);
    expect((await world.cancel(runId)).isOver).toBe(true);
  }));

it('collects what had been served before the cancel came', () =>
  withWorld({ jobDuration: 3_600_000, jobStartDelay: 0 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    emulator.advanceClock(1_800_000);
    const [runId = ''] = await runIds(world);
    await world.cancel(runId);
    await world.generate({ control: { waitMs: 5_000, submit: false } });
    const billed = emulator.ledger.billed().length;
    expect(billed).toBeGreaterThan(0);
    expect(billed).toBeLessThan(KEYS - 1);
    expect(new Set((await world.pictures()).values()).size).toBe(billed);
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('says that a job had ended when the cancel came too late', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    emulator.advanceClock(7_200_000);
    const [runId = ''] = await runIds(world);
    expect((await world.cancel(runId)).jobs).toMatchObject([{ kind: 'had-ended', state: 'SUCCEEDED' }]);
    emulator.advanceClock(7_200_000);
    expect((await world.generate({ control: { submit: false } })).report.totals.generated).toBe(5);
    expect(emulator.ledger.billed()).toHaveLength(KEYS - 1);
  }));

it('drops a job that was not sent yet', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'http-error', status: 403 }, match: { route: 'batches.create' } });
    await world.generate();
    const [runId = ''] = await runIds(world);
    const report = await world.cancel(runId);
    expect(report).toMatchObject({ isOver: true, jobs: [{ kind: 'not-sent' }] });
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
  }));

it('finds and cancels a job whose answer was lost, instead of believing that it was never made', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'drop', when: 'after' }, match: { route: 'batches.create' } });
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 500 },
      match: { route: 'batches.list' },
      skip: 1,
      times: 8,
    });
    const { report } = await world.generate({ control: { waitMs: 0 } });
    expect(report.stop).toBeDefined();
    emulator.faults.clear();
    const [runId = ''] = await runIds(world);
    expect((await world.cancel(runId)).jobs.map((job) => job.kind)).toEqual(['cancel-asked']);
  }));

it('knows no run of a name that was never given', () =>
  withWorld({}, async (world) => {
    await expect(world.cancel('2020-01-01T00-00-00Z-ffffff')).rejects.toThrow(/There is no run/);
    await expect(world.cancel('../../etc')).rejects.toThrow(/There is no run/);
  }));

it('lists runs, newest first, with what they asked, what failed and what they cost', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate({ only: ['harbour'] });
    emulator.faults.arm({
      fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' },
      match: { key: 'chapter/storm/wreck@*' },
    });
    await world.generate();
    const entries = await listRuns(world.path('.chargen/batch'));
    const runs = entries.flatMap((entry) => (entry.kind === 'run' ? [entry.run] : []));
    expect(runs.map((run) => ({ items: run.items, refused: run.refused, phase: run.phase }))).toEqual([
      { items: 4, refused: 1, phase: 'completed' },
      { items: 1, refused: 0, phase: 'completed' },
    ]);
    expect(runs[1]?.costUsd).toBeGreaterThan(0.06);
    expect(runs[0]?.jobs.every((job) => job.batch?.startsWith('batches/') === true)).toBe(true);
  }));

it('lists a damaged run as such and does not hide the others', () =>
  withWorld({}, async (world) => {
    await world.generate({ only: ['harbour'] });
    await world.generate({ only: ['mira'] });
    const [path = ''] = (await world.files('.chargen/batch')).filter((one) => one.endsWith('state.json'));
    await writeFile(world.path(path), '{');
    const entries = await listRuns(world.path('.chargen/batch'));
    expect(entries.map((entry) => entry.kind).sort()).toEqual(['damaged', 'run']);
  }));

it('asks once more for what was refused, and for nothing else', () =>
  withWorld({}, async (world, emulator) => {
    const wreck = { match: { key: 'chapter/storm/wreck@*' } };
    emulator.faults.arm({ fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' }, ...wreck });
    await world.generate();
    expect((await listDeadLetters(world.path('.chargen/batch'))).map((one) => one.class)).toEqual([
      'refused',
    ]);
    expect(outcomes((await world.generate()).report)['storm/wreck']).toBe('refused');
    expect(await askAgainForWreck(world)).toBe(2);
    // Once more before a run: the attempt is above the refused one already.
    expect(await askAgainForWreck(world)).toBe(2);
    expect((await world.generate()).report.totals).toMatchObject({ generated: 1, done: SCENES - 1 });
    expect(await listDeadLetters(world.path('.chargen/batch'))).toEqual([]);
  }));
