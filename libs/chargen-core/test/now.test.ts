import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  findScene,
  generateNow,
  listRuns,
  openGemini,
  openStore,
  REAL_PLACES,
  RemoteFolder,
  ResultStore,
  SYSTEM_CLOCK,
  type GeminiDoor,
  type NowOutcome,
} from '../src/index.js';
import type { NowOptions } from '../src/pipeline/now.js';
import { doorWith, outcomes, paidTwice, withWorld, type RunWorld } from './support/run-world.js';

interface NowCall extends Partial<Pick<NowOptions, 'store' | 'signal' | 'onWait'>> {
  readonly key?: string;
  readonly door?: (real: GeminiDoor) => GeminiDoor;
}

async function now(world: RunWorld, call: NowCall = {}): Promise<NowOutcome> {
  const read = await world.load();
  const found = findScene(read, 'harbour/dawn');
  if (found.kind === 'unknown') throw new Error(found.message);
  const options: NowOptions = {
    workspaceRoot: world.root,
    world: read,
    settings: { ...DEFAULT_SETTINGS, workspaceId: 'test-world' },
    places: REAL_PLACES,
    store: call.store ?? new ResultStore(world.path('.chargen/store')),
    openDoor: async () => {
      const door = await openGemini({ apiKey: call.key ?? 'test-key-1', baseUrl: world.emulator.url });
      return call.door?.(door) ?? door;
    },
    maxCost: undefined,
    confirm: () => Promise.resolve(true),
    onWait: call.onWait ?? (() => undefined),
    signal: call.signal ?? new AbortController().signal,
    clock: SYSTEM_CLOCK,
  };
  return generateNow(options, found.entity, found.scene);
}

const asked = (world: RunWorld): number =>
  world.emulator.ledger.requests().filter((request) => request.route === 'models.generateContent').length;

/** The workspace as a process leaves it that is killed while it asks; a killed one holds no lock. */
async function killedWhileAsking(world: RunWorld): Promise<RunWorld> {
  const other = await world.clone();
  await now(world, {
    door: (real) =>
      doorWith(real, {
        generateNow: async (model, request, signal) => {
          const answer = await real.generateNow(model, request, signal);
          await cp(world.path('.chargen'), other.path('.chargen'), { recursive: true });
          await rm(other.path('.chargen/batch/.lock'), { recursive: true });
          return answer;
        },
      }),
  });
  return other;
}

it('is taken up by the next run at its full price when the process died with the answer in its hands', () =>
  withWorld({}, async (world, emulator) => {
    const broken = new ResultStore(world.path('.chargen/store'));
    broken.keep = () => Promise.reject(new Error('no space left on device'));
    await expect(now(world, { store: broken })).rejects.toThrow('no space left');
    const { report } = await world.generate({ only: ['harbour'] });
    expect(outcomes(report)).toEqual({ 'harbour/dawn': 'generated' });
    expect(report.costUsd).toBeGreaterThan(0.13);
    expect(emulator.ledger.billed()).toHaveLength(1);
    const recipe: unknown = JSON.parse(
      await readFile(world.path('content/locations/harbour/images/dawn.recipe.json'), 'utf8'),
    );
    expect(recipe).toMatchObject({ provenance: { job: 'now' } });
    expect(await listRuns(world.path('.chargen/batch'))).toMatchObject([{ run: { phase: 'completed' } }]);
  }));

/** What may have been billed is asked for again only after a person has said so. */
async function expectHeldUntilCancelled(world: RunWorld): Promise<void> {
  const again = await now(world);
  expect(again).toMatchObject({
    kind: 'stopped',
    stop: { kind: 'uncertain' },
    message: expect.stringMatching(
      /Google may have billed it.*npx chargen cancel \S+, then npx chargen now/,
    ) as string,
  });
  const { report } = await world.generate({ only: ['harbour', 'mira'] });
  expect(outcomes(report)).toMatchObject({ 'harbour/dawn': 'pending', 'mira/first': 'generated' });
  expect(report.stop?.kind).toBe('uncertain');
  expect(report.stopMessage).toContain('npx chargen cancel');
  if (report.stop?.kind !== 'uncertain') throw new Error('not uncertain');
  const cancelled = await world.cancel(report.stop.runId);
  expect(cancelled).toMatchObject({ isOver: true, jobs: [{ kind: 'given-up' }] });
  expect((await now(world)).kind).toBe('generated');
}

it('is not asked for again until a person says so when the process died before the answer', () =>
  withWorld({}, async (world) => {
    const other = await killedWhileAsking(world);
    const before = asked(world);
    await expectHeldUntilCancelled(other);
    expect(asked(world)).toBe(before + 1);
    await other.remove();
  }));

it.each([
  ['a 503', { kind: 'http-error', status: 503, when: 'after' }],
  ['a page of a proxy with the status 403', { kind: 'not-json', status: 403 }],
  ['an error inside a success', { kind: 'error-in-200' }],
] as const)('is not asked for again until a person says so when %s hid the answer', (_, fault) =>
  withWorld({}, async (world) => {
    world.emulator.faults.arm({ fault, match: { route: 'models.generateContent' } });
    expect(await now(world)).toMatchObject({ kind: 'stopped', stop: { kind: 'uncertain' } });
    await expectHeldUntilCancelled(world);
    expect(asked(world)).toBe(2);
  }),
);

it('takes what an ended job of another machine holds before it pays', () =>
  withWorld({}, async (world, emulator) => {
    await world.generate({ only: ['harbour'] });
    const other = await world.clone();
    expect((await now(other)).kind).toBe('reused');
    expect(asked(world)).toBe(0);
    expect(emulator.ledger.billed()).toHaveLength(1);
    await other.remove();
  }));

it('lays a picture that lies under another name, and pays for none that is a pointer or could not be laid', () =>
  withWorld({}, async (world) => {
    await now(world);
    const clone = await world.clone(true);
    await mkdir(clone.path('content/locations/port'));
    await rename(clone.path('content/locations/harbour/images'), clone.path('content/locations/port/images'));
    const made = 'content/locations/port/images/dawn.png';
    const bytes = await readFile(clone.path(made));
    const oid = createHash('sha256').update(bytes).digest('hex');
    const size = String(bytes.byteLength);
    await clone.write(made, `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`);
    expect(await now(clone)).toMatchObject({
      kind: 'not-now',
      state: 'blocked',
      why: expect.stringContaining(`git lfs pull --include="${made}"`) as string,
    });
    await rm(clone.path(made));
    const inTheWay = 'content/locations/harbour/images';
    await clone.write(inTheWay, '');
    expect(await now(clone)).toMatchObject({
      state: 'not-writable',
      why: `The picture could not be written: ${inTheWay} is no folder`,
    });
    await rm(clone.path(inTheWay));
    await clone.write(made, bytes);
    expect(await now(clone)).toMatchObject({ kind: 'reused' });
    expect(await clone.pictures()).toEqual(await world.pictures());
    expect(asked(world)).toBe(1);
    await clone.remove();
  }));

it('waits for the picture that it has asked for, though it is interrupted', () =>
  withWorld({}, async (world) => {
    const abort = new AbortController();
    const told: string[] = [];
    const outcome = await now(world, {
      signal: abort.signal,
      onWait: (message) => told.push(message),
      door: (real) =>
        doorWith(real, {
          generateNow: (model, request, signal) => {
            abort.abort();
            return real.generateNow(model, request, signal);
          },
        }),
    });
    expect(outcome.kind).toBe('generated');
    expect(told).toEqual([expect.stringContaining('it is paid for')]);
    expect((await world.pictures()).has('harbour/dawn')).toBe(true);
  }));

it('leaves nothing in the way of the next run when Google refuses the request', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 400, message: 'Too strange.' },
      match: { route: 'models.generateContent' },
    });
    expect(await now(world)).toMatchObject({
      kind: 'stopped',
      message: expect.stringContaining('Too strange.') as string,
    });
    expect((await now(world)).kind).toBe('generated');
    expect(paidTwice(emulator)).toEqual([]);
  }));

it('asks for nothing beside an open job of another machine, which may hold the same picture', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world) => {
    await world.generate({ control: { waitMs: 0 } });
    const other = await world.clone();
    const outcome = await now(other);
    expect(outcome).toMatchObject({
      kind: 'not-now',
      state: 'in-flight',
      why: expect.stringMatching(/^Another machine has the job batches\//) as string,
    });
    expect(asked(world)).toBe(0);
    await other.remove();
  }));

it('whose answer was lost stops a run that asks for the same words with another picture, and says what to do', () =>
  withWorld({}, async (world) => {
    await world.write(
      'content/locations/harbour/imagery.yaml',
      'entity_type: location\nname: The Harbour\nscenes:\n  - id: dawn\n    title: Dawn\n    prompt: A harbour at dawn.\n    references: [{ path: images/quay.png }]\n',
    );
    const quay = 'content/locations/harbour/images/quay.png';
    const portrait = await readFile(world.path('content/characters/mira/images/portrait.png'));
    await world.write(quay, portrait);
    const lost = await now(world, {
      door: (real) => doorWith(real, { generateNow: () => Promise.reject(new Error('socket hang up')) }),
    });
    expect(lost).toMatchObject({ kind: 'stopped', stop: { kind: 'uncertain' } });
    await world.write(quay, await sharp(portrait).negate().png().toBuffer());
    const { report } = await world.generate({ only: ['harbour'], control: { waitMs: 200 } });
    expect(report.stop?.kind).toBe('uncertain');
    expect(report.stopMessage).toContain('npx chargen cancel');
  }));

it('takes what a teammate has paid for from the shared store, and gives what it paid for', () =>
  withWorld({}, async (world, emulator) => {
    const folder = await mkdtemp(join(tmpdir(), 'chargen-now-'));
    const store = (of: RunWorld) =>
      openStore({
        workspaceRoot: of.root,
        places: REAL_PLACES,
        remote: { store: new RemoteFolder(folder, Date.now), claims: true, isRequired: false },
        listener: () => undefined,
        clock: SYSTEM_CLOCK,
      });
    const other = await world.clone();
    expect((await now(world, { store: store(world) })).kind).toBe('generated');
    expect((await now(other, { store: store(other), key: 'another-key' })).kind).toBe('reused');
    expect(emulator.ledger.billed()).toHaveLength(1);
    await Promise.all([other.remove(), rm(folder, { recursive: true })]);
  }));

it('takes a picture that the store has lost from the run that brought it', () =>
  withWorld({}, async (world, emulator) => {
    await now(world);
    await rm(world.path('.chargen/store'), { recursive: true });
    await rm(world.path('content/locations/harbour/images'), { recursive: true });
    const told: string[] = [];
    expect(await now(world, { onWait: (message) => told.push(message) })).toMatchObject({ kind: 'reused' });
    expect(told.join()).toContain('The store had lost 1 answer');
    expect(asked(world)).toBe(1);
    expect(emulator.ledger.billed()).toHaveLength(1);
  }));
