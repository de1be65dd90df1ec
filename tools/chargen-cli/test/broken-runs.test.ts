import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOfFile } from '../src/workspace/text-of-file.js';
import { ENDS_BY_CTRL_C, fakeNx, unfinished } from './support/fake-nx.js';
import { chargen, chargenProcess } from './support/run.js';
import { folderWith } from './support/world.js';

const BEGINS = `
mkdirSync('.chargen/batch/2026-11-27T12-00-00Z-aaaaaa', { recursive: true });
writeFileSync(
  '.chargen/batch/2026-11-27T12-00-00Z-aaaaaa/logs.ndjson',
  JSON.stringify({
    v: 1, at: '2026-11-27T12:00:01.000Z', kind: 'job-submitted', runId: '2026-11-27T12-00-00Z-aaaaaa', n: 1,
    job: 'batches/a', displayName: 'a', model: 'gemini-3-pro-image', items: 2,
  }) + '\\n',
);
console.error('the worker was killed');
process.exit(1);
`;

describe('a run that ends without a report', { timeout: 60_000 }, () => {
  it('is no "nothing was done" once it had begun: it failed, and can be resumed', async () => {
    const root = await folderWith(fakeNx(BEGINS));
    const told = await chargen(['batch', 'generate', '--yes'], { cwd: root });
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('the worker was killed');
    expect(told.stderr).toContain('chargen batch resume');
  });

  it.each([
    ['had begun', BEGINS.replace('process.exit(1)', 'process.exit(130)'), 'chargen batch resume'],
    [
      'had not',
      `console.error('the worker was killed'); process.exit(130);`,
      'Nx ended before chargen could begin',
    ],
  ])(
    'was not stopped by Ctrl-C if Nx skipped its tasks for a cause outside, when it %s',
    async (_, body, why) => {
      const root = await folderWith(fakeNx(body));
      const { code, stderr } = await chargen(['batch', 'generate', '--yes'], { cwd: root });
      expect(code).toBe(1);
      expect(stderr).toContain('the worker was killed');
      expect(stderr).toContain(why);
    },
  );

  it('is bad input where Nx never came to start it', async () => {
    const root = await folderWith(fakeNx(`console.error('no graph'); process.exit(1);`));
    const { code, stdout } = await chargen(['batch', 'generate', '--yes', '--json'], { cwd: root });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 2, report: null, brokeOff: false });
  });

  it('does not begin with a time or a cap that cannot be read, told once and in the words of the option', async () => {
    const root = await folderWith(fakeNx(BEGINS));
    const { code, stderr } = await chargen(['batch', 'generate', '--yes', '--wait', 'soon'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toBe('chargen: --wait is "soon"; write a time such as 20m, 90s, 2h, 0, or "unlimited".\n');
    const env = { CHARGEN_MAX_COST: 'a lot' };
    const cap = await chargen(['batch', 'resume'], { cwd: root, env });
    expect(cap.code).toBe(2);
    expect(cap.stderr).toContain('CHARGEN_MAX_COST is "a lot"');
    expect(textOfFile(join(root, 'calls.txt'))).toBeUndefined();
  });

  it('is gone on with for the scenes that it was to make, and for no other of their entities', async () => {
    const run = (end: string, selection: readonly string[]): Record<string, string> =>
      unfinished(`2026-11-27T12-00-00Z-${end}`, 'generate', undefined, selection);
    const calls = "appendFileSync('calls.txt', (process.env.CHARGEN_SELECTION ?? 'all') + '\\n');";
    const parts = await folderWith({
      ...fakeNx(calls),
      ...run('aaaaaa', ['character/mara/alone']),
      ...run('bbbbbb', ['character/oswin']),
    });
    await chargen(['batch', 'resume'], { cwd: parts });
    expect(textOfFile(join(parts, 'calls.txt'))).toBe(
      'generate\n["character/mara/alone","character/oswin"]\n',
    );
    const whole = await folderWith({ ...fakeNx(calls), ...run('aaaaaa', []) });
    await chargen(['batch', 'resume'], { cwd: whole });
    expect(textOfFile(join(whole, 'calls.txt'))).toBe('generate\nall\n');
  });

  it('is gone on with for as many takes as it asked for, whatever the environment says now', async () => {
    const run = (end: string, takes?: number): Record<string, string> =>
      unfinished(`2026-11-27T12-00-00Z-${end}`, 'generate', undefined, ['character/mara'], takes);
    const calls = "appendFileSync('calls.txt', JSON.stringify(process.env.CHARGEN_TAKES) + '\\n');";
    const root = await folderWith({ ...fakeNx(calls), ...run('aaaaaa', 3), ...run('bbbbbb') });
    await chargen(['batch', 'resume'], { cwd: root, env: { CHARGEN_TAKES: '9' } });
    // What Nx would fill from .env if it were empty.
    expect(textOfFile(join(root, 'calls.txt'))).toBe('generate\n"3"\ngenerate\n" "\n');
  });

  it('is only collected if nothing is there any more that it was to make, or that is not known here', async () => {
    const report = {
      v: 1,
      target: 'generate',
      mode: 'real',
      startedAt: '2026-11-27T12:00:00.000Z',
      durationMs: 1,
      entities: [],
      stop: { kind: 'not-submitting' },
    };
    const nx = fakeNx(`
appendFileSync('calls.txt', (process.env.CHARGEN_SUBMIT ?? 'submits') + '\\n');
writeFileSync('.chargen/batch/last-report.json', ${JSON.stringify(JSON.stringify(report))});`);
    for (const selection of [['character/mara/renamed-since'], undefined]) {
      const run = unfinished('2026-11-27T12-00-00Z-aaaaaa', 'generate', undefined, selection);
      const root = await folderWith({ ...nx, ...run });
      const { code, stdout } = await chargen(['batch', 'resume'], { cwd: root });
      expect(code).toBe(3);
      expect(stdout).toContain('what the run was to make is not known here');
      expect(stdout).not.toContain('CHARGEN_SUBMIT');
      expect(textOfFile(join(root, 'calls.txt'))).toBe('generate\nnever\n');
    }
  });

  it('is not followed by one of the other kind after Ctrl-C', async () => {
    const root = await folderWith({
      ...fakeNx(ENDS_BY_CTRL_C),
      ...unfinished('2026-11-27T12-00-00Z-aaaaaa', 'generate'),
      ...unfinished('2026-11-27T12-00-00Z-bbbbbb', 'analyze'),
    });
    const { code, stdout } = await chargenProcess(['batch', 'resume', '--json'], { cwd: root });
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 130, results: [{ target: 'analyze' }] });
    expect(textOfFile(join(root, 'calls.txt'))).toBe('analyze\n');
  });

  it('is not resumed where it died before it asked for anything: a resume would ask for the whole world', async () => {
    const runId = '2026-11-27T12-00-00Z-aaaaaa';
    const root = await folderWith({ ...fakeNx(BEGINS), ...unfinished(runId, 'generate', []) });
    const all = await chargen(['batch', 'resume'], { cwd: root });
    expect(all).toMatchObject({ code: 0, stdout: 'No run is unfinished.\n' });
    const one = await chargen(['batch', 'resume', runId], { cwd: root });
    expect(one).toMatchObject({
      code: 0,
      stdout: `The run ${runId} has asked for nothing; there is nothing to resume.\n`,
    });
    expect(textOfFile(join(root, 'calls.txt'))).toBeUndefined();
  });
});
