import { readFile } from 'node:fs/promises';
import { SYSTEM_CLOCK, WorkspaceLock } from 'chargen-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FactsServer } from '../../../libs/gemini-emulator/test/support/facts-server.js';
import { Service } from '../../../test/support/service.js';
import { smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { inWorkspace } from './support/workspace-run.js';

const KEY = 'AQ.Ab8RN6-secret-secret-secret-1234';
const CHECK = '.chargen/live-check/check.json';

describe('doctor --live', { timeout: 60_000 }, () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start({ jobDuration: 3_600_000 });
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace, KEY);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('states the price and sends nothing unless somebody agrees', async () => {
    const { code, stderr } = await inWorkspace(workspace, ['doctor', '--live']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/a picture by gemini-3-pro-image\. Price: about \$0\.0\d+ /);
    expect(stderr).toContain('a script must add --yes');
    expect(service.requests()).toBe(0);
  });

  it('sends nothing beside another check, and names who is at it', async () => {
    const lock = new WorkspaceLock(workspace.path('.chargen/live-check/.lock'), SYSTEM_CLOCK);
    const { signal } = new AbortController();
    const request = { what: 'doctor --live', signal, until: 0, onWait: () => undefined };
    const { code, stderr } = await lock.hold(request, () =>
      inWorkspace(workspace, ['doctor', '--live', '--yes', '--wait', '0']),
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(
      new RegExp(`Another check is at work: process ${String(process.pid)} on .+, since 20`),
    );
    expect(stderr).toContain('Nothing was sent.');
    expect(service.requests()).toBe(0);
  });

  it('leaves while its jobs are at work, goes on with the next call, and makes no job twice', async () => {
    const first = await inWorkspace(workspace, ['doctor', '--live', '--yes', '--wait', '0']);
    expect(first.code, first.stdout + first.stderr).toBe(3);
    expect(first.stdout).toContain('Call it again to go on; nothing is paid twice.');
    service.emulator.advanceClock(4_000_000);
    const second = await inWorkspace(workspace, ['doctor', '--live']);
    expect(second.code, second.stdout + second.stderr).toBe(0);
    expect(second.stdout).toContain('0 different, 0 failed. The check is over.');
    expect(service.billed()).toHaveLength(2);
    const kept = await readFile(workspace.path(CHECK), 'utf8');
    const report = await readFile(workspace.path('.chargen/live-check/report.txt'), 'utf8');
    for (const secret of [KEY, 'upload_id', service.emulator.url]) expect(report).not.toContain(secret);
    for (const secret of [KEY, 'upload_id']) expect(kept).not.toContain(secret);
  });

  it("names what is different, by the engine's own door and a server that shares no code with it", async () => {
    const facts = await FactsServer.start();
    facts.mutate((answer, route) => {
      if (route !== 'batch') return;
      const { metadata } = answer.body as { metadata: Record<string, unknown> };
      metadata['batchStats'] = { requestCount: 1 };
    });
    try {
      const args = ['doctor', '--live', '--yes', '--wait', '10s'];
      const { code, stdout, stderr } = await inWorkspace(workspace, args, {
        GOOGLE_GEMINI_BASE_URL: facts.url,
      });
      expect(code, stdout + stderr).toBe(1);
      expect(stdout).toContain('metadata.batchStats.requestCount is 1; expected is a text.');
      expect(facts.creates).toBe(2);
      expect([...facts.keys]).toEqual([KEY]);
    } finally {
      await facts.close();
    }
  });
});
