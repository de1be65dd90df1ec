import { expect, it } from 'vitest';
import { SYSTEM_CLOCK, type Clock } from '../src/index.js';
import { outcomes, SCENES, withWorld } from './support/run-world.js';

const LITE = 'gemini-3.1-flash-lite-image';
/** A clock that goes on from a day. */

function clockFrom(day: string): Clock {
  const shift = Date.parse(day) - Date.now();
  return { now: () => Date.now() + shift, sleep: (ms, signal) => SYSTEM_CLOCK.sleep(ms, signal) };
}

it('names a model without batches before anything is uploaded, with what to do', () =>
  withWorld({ withoutBatch: ['gemini-3-pro-image'] }, async (world, emulator) => {
    const { report, events } = await world.generate();
    expect(emulator.ledger.requests().every((request) => request.method === 'GET')).toBe(true);
    expect(emulator.ledger.billed()).toEqual([]);
    const failed = report.entities
      .flatMap(({ scenes }) => scenes.map(({ outcome }) => outcome))
      .filter(({ kind }) => kind === 'failed');
    expect(failed).toHaveLength(SCENES - 1);
    expect(failed[0]).toMatchObject({ class: 'model-unusable' });
    expect(JSON.stringify(failed)).toMatch(/gemini-3-pro-image.*takes no batch jobs/);
    expect(JSON.stringify(failed)).toMatch(/npx chargen now [a-z]+\/[a-z]+\/[a-z]+, or name another model/);
    const told = events.filter((event) => event.kind === 'warning');
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringMatching(/takes no batch jobs: .*generateContent.* Nothing is sent for it\./),
    ]);
    // Asked once for the model, not once for each picture.
    expect(emulator.ledger.requests().filter(({ route }) => route === 'models.get')).toHaveLength(1);
  }));

it('makes the pictures of other models, and fails those of a model that Google does not know', () =>
  withWorld({}, async (world, emulator) => {
    await world.write(
      'content/locations/harbour/imagery.yaml',
      'entity_type: location\nname: The Harbour\nscenes:\n  - id: dawn\n    title: Dawn\n    prompt: A harbour at dawn.\n    model: gemini-3-pro-imgae\n',
    );
    const { report } = await world.generate({ control: { maxCost: undefined } });
    const found = outcomes(report);
    expect(Object.values(found).filter((kind) => kind === 'failed')).toHaveLength(1);
    expect(report.totals.generated).toBe(SCENES - 2);
    expect(emulator.ledger.requests().some(({ route }) => route === 'batches.create')).toBe(true);
    expect(JSON.stringify(report)).toMatch(/Google does not know the model \\"gemini-3-pro-imgae\\"/);
  }));

it('goes on if it cannot be found out whether a model takes batches', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 418, message: 'Something new.' },
      match: { route: 'models.get' },
      times: 'always',
    });
    const { report } = await world.generate();
    expect(report.totals.generated).toBe(SCENES);
  }));

it('keeps a cap for a model that the workspace describes', () =>
  withWorld({}, async (world, emulator) => {
    const price = { input: 1, output: 2, pictures: { '1K': 0.2 } };
    const settings = { generationModel: LITE, models: { [LITE]: { price } } };
    const { report } = await world.generate({ settings, control: { maxCost: 0.9 } });
    expect(report.stop).toMatchObject({ kind: 'over-budget', cap: 0.9 });
    expect(emulator.ledger.requests().every((request) => request.method === 'GET')).toBe(true);
    const { report: second } = await world.generate({ settings, control: { maxCost: 1.1 } });
    expect(second.totals.generated).toBe(SCENES);
    // Five pictures at half of 20 cents, and some words.
    expect(second.costUsd).toBeGreaterThan(0.5);
    expect(second.costUsd).toBeLessThan(0.55);
  }));

it('leaves what was made alone when its model is retired, and stops what is still to be made', () =>
  withWorld({ clock: clockFrom('2026-08-01') }, async (world, emulator) => {
    const settings = { generationModel: 'gemini-3.1-flash-image' };
    const { report: first } = await world.generate({ settings, clock: clockFrom('2026-08-01') });
    expect(first.totals.generated).toBe(SCENES);
    const before = emulator.ledger.requests().length;
    const inWinter = clockFrom('2026-12-01');
    const { report } = await world.generate({ settings, clock: inWinter });
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['done']));
    await world.write(
      'content/locations/harbour/imagery.yaml',
      'entity_type: location\nname: The Harbour\nscenes:\n  - id: dawn\n    title: Dawn\n    prompt: A harbour at dusk.\n',
    );
    const { report: last } = await world.generate({ settings, clock: inWinter, only: ['harbour'] });
    expect(JSON.stringify(last)).toMatch(
      /has retired the model \\"gemini-3.1-flash-image\\" since 2026-10-29\. Write \\"gemini-3.1-flash-lite-image/,
    );
    expect(emulator.ledger.requests()).toHaveLength(before);
  }));
