import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOfFile } from '../src/workspace/text-of-file.js';
import { chargen } from './support/run.js';
import { folderWith, SMALL_WORLD } from './support/world.js';

/** In the place of Nx: notes how it was called, and does what the test says. */
function fakeNx(body: string): Record<string, string> {
  return {
    ...SMALL_WORLD_TEXTS,
    'package.json': '{"name": "a-world", "private": true}',
    'nx.json': '{"plugins": [{"plugin": "chargen-plugin", "options": {"workspaceId": "a-world"}}]}',
    'node_modules/nx/package.json': '{"version": "24.0.0", "bin": {"nx": "nx.mjs"}}',
    'node_modules/nx/nx.mjs': `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('calls.txt', process.argv[4] + '\\n');
${body}
`,
  };
}

const SMALL_WORLD_TEXTS = Object.fromEntries(
  Object.entries(SMALL_WORLD).map(([path, content]) => [path, content.toString()]),
);

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

const JOB = {
  n: 1,
  displayName: 'a',
  model: 'gemini-3-pro-image',
  keys: [],
  foreign: true,
  stage: 'submitted',
  batch: 'batches/a',
  uploads: [],
  tokens: 0,
  costHigh: 0,
};

function unfinished(
  runId: string,
  kind: 'analyze' | 'generate',
  jobs: readonly object[] = [JOB],
): Record<string, string> {
  const state = {
    v: 1,
    runId,
    workspaceId: 'a-world',
    kind,
    keyFingerprint: 'aaaaaaaaaaaa',
    phase: jobs.length === 0 ? 'planned' : 'running',
    createdAt: '2026-11-27T12:00:00.000Z',
    updatedAt: '2026-11-27T12:00:01.000Z',
    jobs,
    failures: [],
  };
  return { [`.chargen/batch/${runId}/state.json`]: JSON.stringify(state) };
}

describe('a run that ends without a report', { timeout: 60_000 }, () => {
  it('is no "nothing was done" once it had begun: it failed, and can be resumed', async () => {
    const root = await folderWith(fakeNx(BEGINS));
    const told = await chargen(['batch', 'generate', '--yes'], { cwd: root });
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('the worker was killed');
    expect(told.stderr).toContain('chargen batch resume');
  });

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

  it('is not followed by one of the other kind after Ctrl-C', async () => {
    const root = await folderWith({
      ...fakeNx('process.exit(130);'),
      ...unfinished('2026-11-27T12-00-00Z-aaaaaa', 'generate'),
      ...unfinished('2026-11-27T12-00-00Z-bbbbbb', 'analyze'),
    });
    const { code, stdout } = await chargen(['batch', 'resume', '--json'], { cwd: root });
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
