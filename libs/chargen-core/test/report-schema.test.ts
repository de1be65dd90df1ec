import { describe, expect, it } from 'vitest';
import { describeReport, parseReport } from '../src/index.js';

function reportWith(outcome: unknown, more: object = {}): string {
  const scene = (id: string, of: unknown): object => ({
    scene: `character/ada/${id}`,
    title: 'T',
    outcome: of,
  });
  return JSON.stringify({
    v: 1,
    target: 'generate',
    mode: 'real',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 5,
    totals: { done: 1, stolen: 1 },
    entities: [
      {
        root: 'content/characters/ada',
        file: 'content/characters/ada/imagery.yaml',
        id: 'character/ada',
        scenes: [scene('one', { kind: 'done' }), scene('two', outcome)],
        diagnostics: [],
        verdict: 'done',
      },
    ],
    estimate: { low: 0, expected: 0, high: 0, unknown: 0 },
    costUsd: 0,
    ...more,
  });
}

describe('a report', () => {
  it('of another version with an unknown outcome keeps all that is known, and shows the rest as unfinished', () => {
    const report = parseReport(reportWith({ kind: 'stolen', by: 'a magpie' }));
    expect(report?.entities[0]?.scenes.map(({ outcome }) => outcome)).toEqual([
      { kind: 'done' },
      { kind: 'pending', why: 'another version of chargen reported it as "stolen"', retryable: true },
    ]);
    expect(report?.totals).toMatchObject({ done: 1, pending: 1 });
    if (report === undefined) throw new Error('The report was not read.');
    expect(describeReport(report)).toContain('Scenes: 2 total');
  });

  it('with an unknown reason to stop keeps the words of it', () => {
    const report = parseReport(
      reportWith({ kind: 'locked' }, { stop: { kind: 'eclipse' }, stopMessage: 'It is dark.' }),
    );
    expect([report?.stop, report?.stopMessage]).toEqual([undefined, 'It is dark.']);
    const known = parseReport(
      reportWith({ kind: 'locked' }, { stop: { kind: 'over-budget', estimated: 2, cap: 1 } }),
    );
    expect(known?.stop).toEqual({ kind: 'over-budget', estimated: 2, cap: 1 });
  });

  it('that was cut short, or is of another form, is no report', () => {
    expect(parseReport(reportWith({ kind: 'done' }).slice(0, -9))).toBeUndefined();
    expect(parseReport('{"v":2}')).toBeUndefined();
  });
});
