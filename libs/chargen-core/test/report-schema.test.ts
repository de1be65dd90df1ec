import { describe, expect, it } from 'vitest';
import { describeReport, parseReport, type RunReport } from '../src/index.js';
import { joinReports } from '../src/report/join-reports.js';

/** A report with every member that there is; a new one has to be stated here too. */
const WHOLE: Required<RunReport> = {
  v: 1,
  target: 'generate',
  mode: 'real',
  runId: '2026-01-02T03-04-05Z-abcdef',
  startedAt: '2026-01-02T03:04:05.000Z',
  durationMs: 5,
  totals: {
    done: 0,
    generated: 1,
    analyzed: 0,
    reused: 0,
    refused: 0,
    unusable: 0,
    failed: 0,
    pending: 0,
    waits: 0,
    locked: 0,
  },
  entities: [
    {
      root: 'content/characters/ada',
      file: 'content/characters/ada/imagery.yaml',
      id: 'character/ada',
      scenes: [
        {
          scene: 'character/ada/one',
          title: 'One',
          key: 'a'.repeat(64),
          picture: 'content/characters/ada/images/one.png',
          outcome: { kind: 'generated', costUsd: 0.07, run: '2026-01-02T03-04-05Z-abcdef', warnings: ['w'] },
          canon: { matches: false, confidence: 0.5, contradictions: ['hair'] },
        },
      ],
      diagnostics: [
        {
          severity: 'note',
          code: 'c',
          message: 'm',
          file: 'f',
          scene: 'one',
          line: 1,
          column: 2,
          excerpt: 'e',
        },
      ],
      verdict: 'done',
    },
  ],
  estimate: { low: 1, expected: 2, high: 3, unknown: 4 },
  costUsd: 0.07,
  costByRun: [{ run: '2026-01-02T03-04-05Z-abcdef', answers: 1, costUsd: 0.07 }],
  canonCostUsd: 0.01,
  canonOpen: 2,
  onlyCopies: { answers: 1, costUsd: 0.07, unknown: 0 },
  sharing: { unclaimed: { items: 3, why: 'w' }, unshared: { answers: 2, why: 'w' } },
  keptVersions: [{ path: 'a.yaml.12345678.kept', of: 'a.yaml' }],
  stuck: [
    {
      runId: '2026-01-01T00-00-00Z-abcdef',
      model: 'm',
      batch: 'batches/x',
      state: 'pending',
      ageMs: 9,
      afterMs: 8,
      usual: { jobs: 1, shortest: 1, median: 1, longest: 1 },
    },
  ],
  stop: { kind: 'over-budget', estimated: 2, cap: 1 },
  stopMessage: 'Too much.',
};

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
  it('is read back whole, and joined with no other it is the same', () => {
    expect(parseReport(JSON.stringify(WHOLE))).toEqual(WHOLE);
    expect(joinReports([WHOLE])).toEqual(WHOLE);
  });

  it('of several worlds adds up what each of them says', () => {
    expect(joinReports([WHOLE, { ...WHOLE, stop: undefined, stopMessage: undefined }])).toMatchObject({
      totals: { generated: 2 },
      costUsd: 0.14,
      canonOpen: 4,
      stuck: [WHOLE.stuck[0], WHOLE.stuck[0]],
      stop: WHOLE.stop,
    });
  });

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

  it('in words adds up: entities that cannot be read are counted apart from scenes that failed', () => {
    const error = { severity: 'error', code: 'c', message: 'm', line: 1, column: 1, excerpt: '' } as const;
    const broken = ['bo', 'cy'].map((slug) => {
      const root = `content/characters/${slug}`;
      const file = `${root}/imagery.yaml`;
      const diagnostics = [{ ...error, file }];
      return { root, file, id: `character/${slug}`, scenes: [], diagnostics, verdict: 'failed' } as const;
    });
    const text = describeReport({ ...WHOLE, entities: [...WHOLE.entities, ...broken] });
    const inFrame = text.split('\n').flatMap((line) => /^│ (.*?) +│$/.exec(line)?.[1] ?? []);
    expect(inFrame.slice(4, 10)).toEqual([
      'Scenes: 1 total',
      '  ✓ Success: 1 (1 generated, 0 reused, 0 done before)',
      '  ✗ Failed: 0',
      '  ○ Skipped: 0',
      '✗ Not read because of errors: 2 entities.',
      '  Their scenes are not counted.',
    ]);
    expect(text).toContain('✗ content/characters/bo/imagery.yaml: it has errors: npx chargen check');
  });

  it('in words names two of many runs that asked, so that the frame does not get as wide as all of them', () => {
    const before = Array.from({ length: 9 }, (_, n) => `2026-01-01T00-00-0${String(n)}Z-abcdef`);
    const costByRun = before.map((run) => ({ run, answers: 1, costUsd: 0.01 }));
    const box = (runs: number): string =>
      describeReport({ ...WHOLE, entities: [], costByRun: costByRun.slice(0, runs) });
    expect(box(2)).toContain(`asked for by runs ${before.slice(0, 2).join(', ')}`);
    expect(box(2)).not.toContain('more');
    expect(box(9)).toContain('│   and 7 more ');
    const widthOf = (text: string): number => text.indexOf('\n');
    expect(widthOf(box(9))).toBe(widthOf(box(2)));
  });
});
