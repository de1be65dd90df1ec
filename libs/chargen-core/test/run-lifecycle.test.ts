import { readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { SYSTEM_CLOCK, type RunEvent } from '../src/index.js';
import { logEntrySchema } from '../src/run/events.js';
import { RunDirectories } from '../src/run/journal/run-directory.js';
import { runStateSchema } from '../src/run/journal/run-state.js';
import {
  KEYS,
  outcomes,
  paidTwice,
  SCENES,
  uploadsLeft,
  withWorld,
  type RunWorld,
} from './support/run-world.js';

async function onlyRun(world: RunWorld): Promise<string> {
  const names = await readdir(world.path('.chargen/batch'));
  const runs = names.filter((name) => /^\d{4}-/.test(name));
  expect(runs).toHaveLength(1);
  return join('.chargen/batch', runs[0]!);
}

it('makes every picture of the world, bills each key once and leaves nothing behind', () =>
  withWorld({}, async (world, emulator) => {
    const { report } = await world.generate();
    expect(Object.values(outcomes(report))).toEqual(Array.from({ length: SCENES }, () => 'generated'));
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    // Two scenes ask for the same: what they share is not told twice.
    const scenes = report.entities.flatMap((one) => one.scenes);
    const costs = new Map(
      scenes.map(({ key, outcome }) => [key, outcome.kind === 'generated' ? (outcome.costUsd ?? 0) : 0]),
    );
    expect(costs.size).toBe(KEYS);
    expect(report.costUsd).toBeCloseTo(
      [...costs.values()].reduce((sum, cost) => sum + cost, 0),
      6,
    );
    expect(paidTwice(emulator)).toEqual([]);
    expect((await world.pictures()).size).toBe(SCENES);
    expect(await uploadsLeft(emulator)).toEqual([]);
    const files = await world.files();
    expect(files.filter((path) => /\.(?:tmp|part|lock)$/.test(path))).toEqual([]);
  }));

it('keeps a run as plan, state, requests, results, report and log, and passes its phases in order', () =>
  withWorld({}, async (world) => {
    const { events } = await world.generate();
    const folder = await onlyRun(world);
    expect((await world.files(folder)).map((path) => path.slice(folder.length + 1))).toEqual([
      'logs.ndjson',
      'payments-1.json',
      'payments-2.json',
      'plan-1.jsonl',
      'plan-2.jsonl',
      'report.json',
      'requests-1.jsonl',
      'requests-2.jsonl',
      'results-1.jsonl',
      'results-2.jsonl',
      'state.json',
    ]);
    const phases = events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []));
    const wave = ['staging', 'staged', 'submitted', 'running', 'downloading', 'applying'];
    expect(phases).toEqual([...wave, 'planned', ...wave, 'completed']);
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(world.path(folder, name), 'utf8'));
    expect(runStateSchema.parse(await read('state.json')).phase).toBe('completed');
    const directory = new RunDirectories(dirname(world.path(folder))).directory(basename(folder));
    expect((await directory.readPlan()).size).toBe(KEYS);
    const ofJob = world.path(folder, 'plan-2.jsonl');
    const lines = (await readFile(ofJob, 'utf8')).split('\n');
    expect((await directory.readPlan(2)).size).toBe(lines.length - 2);
    await writeFile(ofJob, lines.slice(0, -2).join('\n'));
    await expect(directory.readPlan()).rejects.toThrow('plan-2.jsonl is damaged');
    expect((await directory.readPlan(1)).size).toBe(KEYS - lines.length + 2);
  }));

it('writes one line of JSON for each event of a run, as the published schema says', () =>
  withWorld({}, async (world) => {
    const { events } = await world.generate();
    const log = await readFile(world.path(await onlyRun(world), 'logs.ndjson'), 'utf8');
    const entries = log
      .trimEnd()
      .split('\n')
      .map((line) => logEntrySchema.parse(JSON.parse(line)));
    const told: RunEvent['kind'][] = events.flatMap((event) =>
      event.runId === undefined ? [] : [event.kind],
    );
    expect(entries.map((entry) => entry.kind)).toEqual(told);
  }));

it('writes neither the API key nor a signed address nor a path of this machine into any file', () =>
  withWorld({}, async (world, emulator) => {
    const key = 'AIzaSyD-not-a-real-key-0123456789abcdefg';
    emulator.faults.arm({ fault: { kind: 'drop', when: 'before' }, match: { route: 'files.upload' } });
    emulator.faults.arm({
      fault: {
        kind: 'http-error',
        status: 400,
        message: `Bad request for ${emulator.url}/upload?upload_id=SECRETSESSION&key=${key}`,
      },
      match: { route: 'batches.create' },
    });
    await world.generate({ key });
    emulator.faults.clear();
    await world.generate({ key });
    expect((await world.pictures()).size).toBe(SCENES);
    for (const path of await world.files()) {
      const text = await readFile(world.path(path), 'latin1');
      expect({ path, key: text.includes(key) }).toEqual({ path, key: false });
      expect({ path, session: /upload_id=(?!\*)/.test(text) || text.includes('SECRETSESSION') }).toEqual({
        path,
        session: false,
      });
      expect({ path, absolute: text.includes(world.root) }).toEqual({ path, absolute: false });
    }
  }));

it('asks for nothing when everything is made', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate();
    const before = emulator.ledger.requests().length;
    const { report } = await world.generate();
    expect(Object.values(outcomes(report))).toEqual(Array.from({ length: SCENES }, () => 'done'));
    expect(emulator.ledger.requests()).toHaveLength(before);
  }));

it('goes through on a machine whose clock is days ahead of the one at Google', () =>
  withWorld({}, async (world, emulator) => {
    const clock = { ...SYSTEM_CLOCK, now: () => Date.now() + 3 * 24 * 3_600_000 };
    const { report } = await world.generate({ clock });
    expect(report.totals.generated).toBe(SCENES);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));
