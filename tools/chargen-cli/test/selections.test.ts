import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from 'chargen-core';
import { Service } from '../../../test/support/service.js';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { inWorkspace, jsonOf } from './support/workspace-run.js';

interface Answer {
  exitCode: number;
  report: RunReport | null;
}

interface Plan {
  totals: { requests: number; along: string[] };
}

const MIDSTREAM = ['--scene', 'first-crossing/midstream'];

/** One workspace, in the order of the tests. */
describe('a selection of scenes, through Nx', { timeout: 240_000 }, () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('is planned with what it shows, named before it is paid', async () => {
    const { data } = await jsonOf<Plan>(workspace, ['plan', ...MIDSTREAM]);
    expect(data.totals.requests).toBe(2);
    expect(data.totals.along).toEqual(['character/ione/at-the-oar']);
    const dry = await inWorkspace(workspace, ['batch', 'generate', '--dry-run', ...MIDSTREAM]);
    expect(dry.stdout.replaceAll(/[\s│]+/g, ' ')).toContain(
      '1 of them not selected, but shown by selected scenes: character/ione/at-the-oar',
    );
  });

  it('buys exactly these, ends with 0, records them, and is no whole entity to Nx', async () => {
    const { code, data } = await jsonOf<Answer>(workspace, ['batch', 'generate', ...MIDSTREAM]);
    expect(code).toBe(0);
    expect(data.report?.totals).toMatchObject({ generated: 2, pending: 0, waits: 0 });
    expect(service.billed()).toHaveLength(2);
    expect((await workspace.bytes(PATHS.chapter)).toString()).toContain('midstream.');
    const again = await jsonOf<Answer>(workspace, ['batch', 'generate', ...MIDSTREAM]);
    expect(again.code).toBe(0);
    expect(service.billed()).toHaveLength(2);
  });

  it('leaves exactly the rest to a plain run of Nx', async () => {
    const { data } = await jsonOf<Plan>(workspace, ['plan']);
    const { code, output } = await workspace.nx(['run-many', '-t', 'generate']);
    expect(code, output).toBe(0);
    expect(service.billed()).toHaveLength(2 + data.totals.requests);
    expect((await jsonOf<Plan>(workspace, ['plan'])).data.totals.requests).toBe(0);
  });
});
