import { SMALL_WORLD } from './world.js';

/**
 * What Nx does after Ctrl-C, which a terminal sends to chargen as well: it winds down, and ends. If it ended at once, a
 * busy machine could deliver the signal after the end, to a process of tests that has nobody left to receive it.
 */
export const ENDS_BY_CTRL_C =
  "process.kill(process.ppid, 'SIGINT'); setTimeout(() => process.exit(130), 200);";

/** In the place of Nx: notes how it was called, and does what the test says. */
export function fakeNx(body: string): Record<string, string> {
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

/** A run in a world of `fakeNx` that has not ended. */
export function unfinished(
  runId: string,
  kind: 'analyze' | 'generate',
  jobs: readonly object[] = [JOB],
  selection?: readonly string[],
  takes?: number,
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
    ...(selection === undefined ? {} : { selection }),
    ...(takes === undefined ? {} : { takes }),
    jobs,
    failures: [],
  };
  return { [`.chargen/batch/${runId}/state.json`]: JSON.stringify(state) };
}
