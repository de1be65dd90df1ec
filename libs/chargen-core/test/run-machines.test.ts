import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS, describeReport, planWorld, REAL_PLACES, type PlannedItem } from '../src/index.js';
import {
  FILES,
  KEYS,
  paidTwice,
  SCENES,
  uploadsLeft,
  withWorld,
  type Called,
  type RunWorld,
} from './support/run-world.js';

const count = (world: RunWorld, route: string): number =>
  world.emulator.ledger.requests().filter((request) => request.route === route).length;

it('finds its jobs by their names on a machine without any state, and pays nothing again', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    await rm(world.path('.chargen'), { recursive: true });
    const { report, events } = await world.generate({ hoursPass: true });
    const adopted = events.find((event) => event.kind === 'run-adopted');
    expect(report.totals.generated).toBe(SCENES);
    // The scene that waited for others is this call's own.
    const told = /of it (about )?\$0\.\d+ for (\d) answers only collected,[\s│]*asked for by run (\S+)/.exec(
      describeReport(report),
    );
    // Two scenes share an answer.
    expect(told?.slice(2)).toEqual([String(KEYS - 1), adopted?.runId]);
    // By now it is known here what that job held, so that its results stand in for a store that is lost.
    const downloads = count(world, 'files.download');
    await rm(world.path('.chargen/store'), { recursive: true });
    for (const file of ['wreck.png', 'wreck.recipe.json']) {
      await rm(world.path('content/chapters/storm/images', file));
    }
    expect((await world.generate()).report.totals).toMatchObject({ reused: 1, done: SCENES - 1 });
    expect(count(world, 'files.download')).toBe(downloads);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('bills nothing twice when another machine starts while the job of the first one runs', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    const other = await world.clone();
    let first: Promise<Called> | undefined;
    const submitted = new Promise<void>((resolve) => {
      first = world.generate({
        onEvent: (event) => {
          if (event.kind === 'job-submitted') resolve();
        },
      });
    });
    await submitted;
    let clock: NodeJS.Timeout | undefined;
    const { report } = await other.generate({
      control: { settleMs: 300 },
      onEvent: (event) => {
        if (event.kind !== 'waiting' || !event.message.startsWith('Another machine')) return;
        clock = setInterval(() => {
          emulator.advanceClock(3_600_000);
        }, 40);
      },
    });
    expect((await first)?.report.totals.generated).toBe(SCENES);
    clearInterval(clock);
    expect(clock).toBeDefined();
    expect(report.totals.generated).toBe(SCENES);
    expect(paidTwice(emulator)).toEqual([]);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    expect(await other.pictures()).toEqual(await world.pictures());
    await other.remove();
  }));

it('submits nothing beside a job of another machine that does not end', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world) => {
    await world.generate({ control: { waitMs: 0 } });
    const other = await world.clone();
    const { report } = await other.generate({ control: { waitMs: 100 } });
    expect(report.stop?.kind).toBe('wait-over');
    expect(count(world, 'batches.create')).toBe(1);
    await other.remove();
  }));

it('leaves the uploads of another machine alone, which may have staged its next job', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    await world.generate({ control: { waitMs: 0 } });
    const uploads = await uploadsLeft(emulator);
    emulator.advanceClock(7_200_000);
    const other = await world.clone();
    const { report } = await other.generate({ only: ['harbour'] });
    expect(report.totals.generated).toBe(1);
    expect(await uploadsLeft(emulator)).toEqual(uploads);
    await world.generate({ hoursPass: true });
    expect(await uploadsLeft(emulator)).toEqual([]);
    await other.remove();
  }));

it('takes a fork for another workspace: it neither waits for its jobs nor collects them', () =>
  withWorld({ jobDuration: 60_000 }, async (world) => {
    await world.generate({ control: { waitMs: 0 } });
    const fork = await world.clone();
    const { events } = await fork.generate({ control: { waitMs: 0 }, settings: { workspaceId: 'a-fork' } });
    expect(events.some((event) => event.kind === 'run-adopted')).toBe(false);
    expect(count(world, 'batches.create')).toBe(2);
    await fork.remove();
  }));

it('downloads no old job whose pictures a fresh clone has', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate();
    const clone = await world.clone(true);
    const before = count(world, 'files.download');
    await clone.write(
      'content/locations/harbour/imagery.yaml',
      'entity_type: location\nname: The Harbour\nscenes:\n  - { id: dawn, title: Dawn, prompt: A harbour at dawn. }\n  - { id: dusk, title: Dusk, prompt: A harbour at dusk. }\n',
    );
    const { report } = await clone.generate();
    expect(report.totals).toMatchObject({ generated: 1, done: SCENES });
    expect(count(world, 'files.download') - before).toBe(1);
    expect(emulator.ledger.billed()).toHaveLength(KEYS + 1);
    await clone.remove();
  }));

it('brings the pictures of a clone that has only their recipes from Google, and pays nothing', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate();
    const clone = await world.clone(true);
    const pictures = (await clone.files('content')).filter((path) => /\/(?!portrait)[a-z]+\.png$/.test(path));
    expect(pictures).toHaveLength(SCENES);
    for (const path of pictures) await rm(clone.path(path));
    const { report } = await clone.generate();
    expect(report.totals.failed).toBe(0);
    expect(await clone.pictures()).toEqual(await world.pictures());
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    await clone.remove();
  }));

it('asks for nothing in a clone with pictures where an entity and scenes were renamed, when Google has forgotten all', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate();
    emulator.advanceClock(100 * 24 * 3_600_000);
    const clone = await world.clone(true);
    const edit = async (path: string, change: (text: string) => string): Promise<void> =>
      clone.write(path, change(await readFile(clone.path(path), 'utf8')));
    // Two scenes change their names with each other, and a folder is moved without its pictures.
    await edit(FILES.mira, (text) =>
      text
        .replace('id: first', 'id: FIRST')
        .replace('id: second', 'id: first')
        .replace('id: FIRST', 'id: second'),
    );
    await edit(FILES.chapter, (text) =>
      text.replace('scene: first', 'scene: second').replace('location: harbour', 'location: port'),
    );
    await mkdir(clone.path('content/locations/port'));
    await rename(clone.path(FILES.harbour), clone.path('content/locations/port/imagery.yaml'));
    // What is announced is what is done then.
    const options = { workspaceRoot: clone.root, settings: DEFAULT_SETTINGS, places: REAL_PLACES };
    const items: PlannedItem[] = [];
    const { totals } = await planWorld({ ...options, world: await clone.load() }, ({ scenes }) => {
      items.push(...scenes.map(({ item }) => item));
    });
    expect(totals).toMatchObject({ pending: 0, waits: 0, reused: 3, requests: 0, estimatedUsd: 0 });
    expect(items.find((one) => one.slug === 'port')).toMatchObject({
      state: 'reused',
      reason: 'its picture was made under another name and is at content/locations/harbour/images/dawn.png',
    });
    const before = emulator.ledger.requests().length;
    const { report } = await clone.generate();
    expect(report.totals).toMatchObject({ generated: 0, reused: 3, done: SCENES - 3 });
    expect(report.costUsd).toBe(0);
    expect(emulator.ledger.requests()).toHaveLength(before);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
    await clone.remove();
  }));

it('stops looking into old jobs as soon as nothing more is wanted', () =>
  withWorld({}, async (world) => {
    await world.generate({ only: ['harbour'] });
    await world.generate({ only: ['mira'] });
    await world.generate();
    const clone = await world.clone();
    const before = count(world, 'files.download');
    // The newest job has nothing for Mira, the one before it has all, and the oldest is not looked at.
    const { report } = await clone.generate({ only: ['mira'] });
    expect(report.totals.generated).toBe(3);
    expect(count(world, 'files.download') - before).toBe(2);
    expect(count(world, 'batches.create')).toBe(3);
    await clone.remove();
  }));

it('does not touch the jobs of the other kind: their answers can be read only by their own command', () =>
  withWorld({ jobDuration: 60_000 }, async (world, emulator) => {
    const headers = { 'x-goog-api-key': 'test-key-1', 'content-type': 'application/json' };
    const requests = { requests: [{ request: { contents: [{ parts: [{ text: 'What is it?' }] }] } }] };
    const displayName = 'chargen/test-world/analyze/2026-01-01T00-00-00Z-abcdef/1';
    const made = await fetch(`${emulator.url}/v1beta/models/gemini-3.5-flash-lite:batchGenerateContent`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ batch: { displayName, inputConfig: { requests } } }),
    });
    expect(made.status).toBe(200);
    const { events } = await world.generate({ control: { waitMs: 0 } });
    expect(events.some((event) => event.kind === 'job-submitted')).toBe(true);
    expect(events.some((event) => event.kind === 'run-adopted')).toBe(false);
  }));

it('shares the wait of a second call in the same workspace, and asks for each picture once', () =>
  withWorld({ jobDuration: 150 }, async (world, emulator) => {
    const [first, second] = await Promise.all([
      world.generate(),
      world.generate({ only: ['mira', 'harbour'] }),
    ]);
    expect(first.report.totals.failed + second.report.totals.failed).toBe(0);
    expect((await world.pictures()).size).toBe(SCENES);
    expect(paidTwice(emulator)).toEqual([]);
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('asks for each picture once when every entity has a call of its own, as with --no-batch', () =>
  withWorld({ jobDuration: 50 }, async (world, emulator) => {
    const calls = ['mira', 'harbour', 'storm'].map((name) => world.generate({ only: [name] }));
    await Promise.all(calls);
    expect((await world.pictures()).size).toBe(SCENES);
    expect(paidTwice(emulator)).toEqual([]);
  }));
