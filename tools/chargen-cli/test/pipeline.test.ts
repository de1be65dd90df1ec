import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from 'chargen-core';
import { Service } from '../../../test/support/service.js';
import { drawnPicture, PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { inWorkspace, jsonOf, PLAIN_NX } from './support/workspace-run.js';

interface Part {
  exitCode: number;
  report: RunReport | null;
}
interface Answer {
  exitCode: number;
  analyze: Part;
  changed: string[];
  generate: Part | null;
}

const PIPELINE = ['batch', 'pipeline', '--yes'];

/** One workspace, in the order of the tests. */
describe('chargen batch pipeline', { timeout: 240_000 }, () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start({ jobDuration: 600_000 });
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    await workspace.installNx(PLAIN_NX);
    service.serve(workspace);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('asks for no picture while an analysis is still to come, whose traits would change its prompt', async () => {
    const { code, stdout, stderr } = await inWorkspace(workspace, [...PIPELINE, '--wait', '0']);
    expect(code).toBe(3);
    expect(stdout).toContain('Batch Run Still Running');
    expect(stderr).toContain('no picture was asked for');
    const { data } = await jsonOf<{ runs: { kind: string }[] }>(workspace, ['batch', 'history']);
    expect(data.runs.map((one) => one.kind)).toEqual(['analyze']);
  });

  it('goes on where it stood, and its pictures are made with what was found', async () => {
    service.emulator.advanceClock(600_000);
    const { code, data } = await jsonOf<Answer>(workspace, [...PIPELINE, '--wait', '0']);
    expect(data.analyze.report?.totals).toMatchObject({ analyzed: 1, failed: 0 });
    expect(data.changed).toEqual([PATHS.ione]);
    // The pictures are at Google now.
    expect(code).toBe(3);
    expect(data.exitCode).toBe(3);
    expect(data.generate?.report?.stop?.kind).toBe('wait-over');
    const { runId } = data.generate!.report!;
    const requests = await workspace.read(`.chargen/batch/${runId ?? ''}/requests-1.jsonl`);
    expect(requests).toContain('Canonical traits of Ione Marsh: ');
  });

  it('has one cap for both: what analysis cost is no longer there for the pictures', async () => {
    const quick = await Service.start();
    await service.close();
    service = quick;
    service.serve(workspace);
    await workspace.write(PATHS.portrait, await drawnPicture('#226644'));
    const dry = await jsonOf<{
      analyze: { cost: { high: number } };
      generate: { totals: { estimatedUsd: number; cost: { high: number } } };
    }>(workspace, ['batch', 'pipeline', '--filter', 'ione', '--dry-run']);
    const { cost } = dry.data.generate.totals;
    expect(dry.data.analyze.cost.high).toBeGreaterThan(0);
    const cap = ['--max-cost', String(cost.high)];
    const { code, data } = await jsonOf<Answer>(workspace, [...PIPELINE, '--filter', 'ione', ...cap]);
    expect(data.analyze.report?.totals.analyzed).toBe(1);
    expect(data.generate?.report?.stop?.kind).toBe('over-budget');
    expect(code).toBe(4);
  });
});
