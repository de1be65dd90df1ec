import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { inWorkspace, jsonOf, PLAIN_NX } from './support/workspace-run.js';

interface Moved {
  jobs: { kind: string; hasEnded?: boolean }[];
  scenes: string[];
  result: { report: { totals: { pending: number } } };
}

interface Status {
  unfinished: { runId: string }[];
  stuck: unknown[];
}

/** One run through its days, in the order of the tests. */
describe('a run that Google does not serve', { timeout: 120_000 }, () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start({ jobDuration: 3_600_000 });
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    await workspace.installNx(PLAIN_NX);
    service.serve(workspace);
    // Takes that no file states: the names of their items are none of a scene's.
    const args = ['batch', 'generate', '--wait', '0', '--takes', '2'];
    expect((await inWorkspace(workspace, args)).code).toBe(3);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  /** The newest of those that are not over. */
  async function openRun(): Promise<string> {
    const { data } = await jsonOf<Status>(workspace, ['status']);
    return data.unfinished[0]?.runId ?? '';
  }

  it('is not given up by a script that does not say --yes, nor with a model that cannot be used', async () => {
    const runId = await openRun();
    const posts = service.posts();
    const silent = await inWorkspace(workspace, ['cancel', runId, '--and-retry']);
    expect(silent.code).toBe(2);
    expect(silent.stderr).toMatch(/May be paid twice: .*up to all of it \(about \$/);
    expect(silent.stderr).toContain('a script must add --yes');
    expect(silent.stderr).not.toContain('The run asks for more');
    // As many takes as the run was started with, and no other number.
    const others = await inWorkspace(workspace, ['cancel', runId, '--and-retry'], { CHARGEN_TAKES: '3' });
    expect(others.stderr).not.toContain('The run asks for more');
    const lone = await inWorkspace(workspace, ['cancel', runId, '--model', 'gemini-3-pro-image']);
    expect(lone.code).toBe(2);
    expect(lone.stderr).toContain('--model is only for: chargen cancel <runId> --and-retry');
    const retired = ['cancel', runId, '--and-retry', '--yes', '--model', 'gemini-3-pro-image-preview'];
    expect((await inWorkspace(workspace, retired)).code).toBe(2);
    expect(service.posts()).toBe(posts);
  });

  it('is cancelled, and exactly what it waited for is asked for anew with another model', async () => {
    const runId = await openRun();
    const model = 'gemini-3.1-flash-lite-image';
    const args = ['cancel', runId, '--and-retry', '--yes', '--wait', '0', '--model', model];
    const { code, data } = await jsonOf<Moved>(workspace, args);
    expect(code).toBe(3);
    expect(data.jobs.map((job) => job.kind)).toEqual(['moved']);
    expect(data.scenes.length).toBeGreaterThan(0);
    expect(data.scenes.filter((name) => name.includes('@'))).toEqual([]);
    // Each with its other take.
    expect(data.result.report.totals.pending).toBe(2 * data.scenes.length);
    const text = await readFile(workspace.path(PATHS.ione), 'utf8');
    expect(text).toContain(`model: "${model}"`);
    const { data: status } = await jsonOf<Status>(workspace, ['status']);
    expect(status.stuck).toEqual([]);
    expect(await openRun()).not.toBe(runId);
  });
});
