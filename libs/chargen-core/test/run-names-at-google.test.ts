import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatJobName, parseJobName } from '../src/run/journal/job-name.js';
import { SCENES, withWorld } from './support/run-world.js';

const RUN = { kind: 'generate', runId: '2026-11-28T12-00-00Z-aaaaaa', n: 3 } as const;

it.each(['test-world', 'My_World.2', 'a'.repeat(60)])('leaves the plain id %s as it is', (workspaceId) => {
  expect(formatJobName({ workspaceId, ...RUN })).toContain(`chargen/${workspaceId}/generate/`);
});

it('makes a short ASCII name of any id, reads it back, and takes it for no job of another workspace', () => {
  const ids = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
    fc.constantFrom('сага', 'a/b', '../x'),
  );
  fc.assert(
    fc.property(ids, ids, (workspaceId, other) => {
      const name = formatJobName({ workspaceId, ...RUN });
      expect(name).toMatch(/^[\x21-\x7e]{1,128}$/);
      expect(parseJobName(name, workspaceId)).toEqual({ workspaceId, ...RUN });
      if (other !== workspaceId) expect(parseJobName(name, other)).toBeUndefined();
    }),
  );
});

it('uploads and submits under such a name', () =>
  withWorld({}, async (world, emulator) => {
    const { report } = await world.generate({ settings: { workspaceId: 'Сага о море 🦊/2' } });
    expect(report.totals.generated).toBe(SCENES);
    const sent = emulator.ledger.requests().map((one) => JSON.stringify(one));
    for (const text of sent) expect(text).not.toContain('Сага');
  }));
