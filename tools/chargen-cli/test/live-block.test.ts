import { describe, expect, it } from 'vitest';
import type { RunEvent } from 'chargen-core';
import { LiveBlock } from '../src/run/live-block.js';
import { liveLines, liveNext, liveStart, type LiveState } from '../src/run/live-state.js';

const START = Date.parse('2026-11-01T10:00:00Z');
const RUN = '2026-11-01T10-00-00Z-abc123';

const PLANNED: RunEvent = {
  kind: 'run-planned',
  runId: RUN,
  items: 47,
  entities: 12,
  estimate: { low: 3, expected: 3.2, high: 6, unknown: 0 },
};
const POLLED: RunEvent = {
  kind: 'job-polled',
  runId: RUN,
  n: 1,
  job: 'batches/abc123',
  state: 'RUNNING',
  items: 47,
  succeeded: 12,
  failed: 1,
  ageMs: 120_000,
  stalledMs: 0,
  nextPollMs: 30_000,
};

function after(...events: RunEvent[]): LiveState {
  return events.reduce((state, event) => liveNext(state, { at: START, event }), liveStart(START));
}

describe('the live block', () => {
  it('shows phase, job, items done, age and the next poll, as the seed draws it', () => {
    expect(liveLines(after(PLANNED, POLLED), START + 2000, 0, 80)).toEqual([
      '◐ Batch running... 47 tasks',
      '├─ Phase: running',
      `├─ Run: ${RUN}`,
      '├─ Job: batches/abc123, running, 13 of 47 done',
      '├─ Started: 2m 2s ago',
      '└─ Poll in: 28s',
    ]);
  });

  it('says of a job that takes long what is usual here, and how to ask for it anew', () => {
    const hour = 3_600_000;
    const usual = { jobs: 3, shortest: 60_000, median: 600_000, longest: hour };
    const stuck = { model: 'gemini-3-pro-image', usual };
    const polled: RunEvent = { ...POLLED, ageMs: 9 * hour, stuck };
    expect(liveLines(after(PLANNED, polled), START, 0, 120)).toEqual(
      expect.arrayContaining([
        '├─   takes long: 9h 0m; usual is 10m 0s in the middle, 1m 0s to 1h 0m (3 jobs of gemini-3-pro-image in this workspace …',
        `├─   another job: chargen cancel ${RUN} --and-retry`,
      ]),
    );
  });

  it('says only what Google tells: without counts there is no "done"', () => {
    const silent: RunEvent = { ...POLLED, succeeded: undefined, failed: undefined };
    expect(liveLines(after(PLANNED, silent), START, 0, 80)).toContain(
      '├─ Job: batches/abc123, running, 47 tasks',
    );
  });

  it('tells of no size where a job had ended before anybody looked', () => {
    const ended: RunEvent = {
      kind: 'job-ended',
      runId: RUN,
      n: 1,
      job: 'batches/abc123',
      state: 'SUCCEEDED',
    };
    expect(liveLines(after(ended), START, 0, 80)).toEqual([
      '◐ Batch running...',
      '├─ Phase: downloading',
      '├─ Job: batches/abc123, succeeded',
      '└─ Started: 0ms ago',
    ]);
  });

  it('is never wider than the terminal, since a line that wraps cannot be drawn over', () => {
    const long: RunEvent = { ...POLLED, job: `batches/${'x'.repeat(200)}` };
    for (const line of liveLines(after(PLANNED, long), START, 0, 60))
      expect(line.length).toBeLessThanOrEqual(60);
  });

  it('sums up what does not fit', () => {
    const jobs = Array.from({ length: 9 }, (_, n): RunEvent => ({
      ...POLLED,
      n,
      job: `batches/${String(n)}`,
    }));
    const lines = liveLines(after(PLANNED, ...jobs), START, 0, 80);
    expect(lines).toContain('├─ and 5 jobs more');
  });

  it('draws over itself, keeps what must not be missed, and shows the cursor again', () => {
    let written = '';
    let columns = 80;
    const screen = { columns: () => columns, write: (text: string) => (written += text) };
    const block = new LiveBlock(screen, 'Ctrl-C is safe', () => START);
    block.start();
    block.tell({ at: START, event: PLANNED });
    const before = written.length;
    block.tell({ at: START, event: POLLED });
    // Up to the first line of what was drawn before, and everything below it away.
    expect(written.slice(before)).toMatch(/^\u001b\[4F\u001b\[0J/);
    expect(written.slice(before)).toContain('└─ Ctrl-C is safe\n');
    // A window that was made narrow while the batch runs.
    columns = 30;
    const resized = written.length;
    block.tell({ at: START, event: POLLED });
    const rows = written
      .slice(resized)
      .split('\n')
      .filter((row) => row.startsWith('├'));
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(30);
    block.tell({ at: START, event: { kind: 'warning', runId: RUN, message: 'The disk is nearly full.' } });
    block.stop();
    expect(written).toContain('Warning: The disk is nearly\n    full.\n');
    expect(written.endsWith('\u001b[0J\u001b[?25h')).toBe(true);
    expect(written.lastIndexOf('\u001b[?25l')).toBeLessThan(written.lastIndexOf('\u001b[?25h'));
  });
});
