import { chmod, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from 'chargen-core';
import { Service } from '../../../test/support/service.js';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { inWorkspace, jsonOf, PLAIN_NX } from './support/workspace-run.js';

interface RunAnswer {
  exitCode: number;
  fromCache: boolean;
  report: RunReport | null;
}

const KEYS_PICTURE = 'content/characters/lock-keeper/images/keys.png';

/** One workspace through its days, in the order of the tests: each takes up what the one before left. */
describe('runs by the command', { timeout: 120_000 }, () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start({ jobDuration: 600_000 });
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    await workspace.installNx(PLAIN_NX);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('end with 6 and the names of the variables where there is no key', async () => {
    const { code, data } = await jsonOf<RunAnswer>(workspace, ['batch', 'generate']);
    expect(code).toBe(6);
    expect(data.exitCode).toBe(6);
    expect(data.report?.stop?.kind).toBe('no-key');
    const now = await inWorkspace(workspace, ['now', 'lock-keeper/keys']);
    expect(now.code).toBe(6);
    expect(now.stderr).toContain('MYTHICINDEX_GOOGLE_API_KEY');
  });

  it('end with 4 where the cap is too low, and send nothing', async () => {
    service.serve(workspace);
    const { code, data } = await jsonOf<RunAnswer>(workspace, ['batch', 'generate', '--max-cost', '0.01']);
    expect(code).toBe(4);
    expect(data.report?.stop?.kind).toBe('over-budget');
    expect(service.posts()).toBe(0);
    const now = await inWorkspace(workspace, ['now', 'lock-keeper/keys', '--max-cost', '0.01']);
    expect(now.code).toBe(4);
    expect(service.posts()).toBe(0);
  });

  it('end with 3 while Google is at work, with every event as a line of JSON where that is asked', async () => {
    await workspace.installNx();
    const run = await inWorkspace(workspace, ['batch', 'generate', '--wait', '0', '--events']);
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('Still running at Google');
    expect(run.stdout + run.stderr).not.toContain('\u001b');
    const events = run.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { at: string; kind: string });
    expect(events.map((one) => one.kind)).toEqual(expect.arrayContaining(['run-planned', 'job-submitted']));
    for (const { at } of events) expect(at).toMatch(/^\d{4}-.*Z$/);
  });

  it('are told by status, and not paid a second time by now', async () => {
    const { code, data } = await jsonOf<{ unfinished: { runId: string; jobs: unknown[] }[] }>(workspace, [
      'status',
    ]);
    expect(code).toBe(3);
    expect(data.unfinished).toHaveLength(1);
    const posts = service.posts();
    const now = await jsonOf<{ state: string; why: string }>(workspace, ['now', 'lock-keeper/keys']);
    expect(now.code).toBe(3);
    expect(now.data.state).toBe('in-flight');
    expect(now.data.why).toContain(data.unfinished[0]!.runId);
    expect(service.posts()).toBe(posts);
  });

  it('are collected without submitting anything: 3 while they run, 0 when all is taken', async () => {
    await workspace.installNx(PLAIN_NX);
    const early = await inWorkspace(workspace, ['collect']);
    expect(early.code).toBe(3);
    // A writer who only collects has set no variable, and needs none explained.
    expect(early.stdout).not.toContain('CHARGEN_');
    expect(early.stdout).not.toContain('npx nx');
    service.emulator.advanceClock(600_000);
    const posts = service.posts();
    const collected = await jsonOf<{ exitCode: number; results: RunAnswer[] }>(workspace, ['collect'], {
      CHARGEN_NOTIFY: 'cp "$1" told.json; echo the channel is closed >&2; exit 7; true',
    });
    // A notification that fails is a warning, and no more.
    expect(collected.code).toBe(0);
    expect(collected.stderr).toContain(
      'Warning: The notification of CHARGEN_NOTIFY failed: its command ended with 7',
    );
    expect(JSON.parse(await workspace.read('told.json'))).toEqual(collected.data.results[0]?.report);
    expect(collected.data).toMatchObject({ exitCode: 0, results: [{ target: 'generate' }] });
    expect(collected.data.results[0]?.report?.totals.generated).toBeGreaterThan(3);
    // Uploads may be deleted once their job is over; nothing else is sent.
    const made = service.emulator.ledger.requests().filter((one) => one.route === 'batches.create');
    expect(made).toHaveLength(1);
    expect(service.posts() - posts).toBeLessThanOrEqual(2);
    expect((await inWorkspace(workspace, ['collect'])).stdout).toContain('Nothing is to be collected');
  });

  it('make the rest, and write the summary of a GitHub job', async () => {
    await workspace.installNx();
    // From here on jobs are done at the first look.
    const quick = await Service.start();
    await service.close();
    service = quick;
    service.serve(workspace);
    const { code, data } = await jsonOf<RunAnswer>(workspace, ['batch', 'generate', '--yes'], {
      GITHUB_STEP_SUMMARY: workspace.path('summary.md'),
    });
    expect(code).toBe(0);
    expect(data.report?.totals.failed).toBe(0);
    const summary = await workspace.read('summary.md');
    expect(summary).toContain('## chargen generate');
    expect(summary).toContain(
      '| chapter/first-crossing/midstream | content/chapters/first-crossing/images/midstream.',
    );
  });

  it('have nothing to do a second time, and say so', async () => {
    const { code, data } = await jsonOf<RunAnswer>(workspace, ['batch', 'generate', '--yes']);
    expect(code).toBe(0);
    expect(data.fromCache || data.report?.totals.generated === 0).toBe(true);
  });

  it('explain word by word what a change asked for anew', async () => {
    await workspace.edit(PATHS.loner, 'A ring of iron keys', 'A ring of brass keys');
    const { data } = await jsonOf<{
      state: string;
      changes: { kind: string; diff: { kind: string; text: string }[] }[];
    }>(workspace, ['why', 'lock-keeper/keys']);
    expect(data.state).toBe('pending');
    const [change] = data.changes;
    expect(change?.kind).toBe('prompt');
    const parts = change!.diff.filter((one) => one.kind !== 'same').map((one) => [one.kind, one.text.trim()]);
    expect(parts).toEqual([
      ['removed', 'iron'],
      ['added', 'brass'],
    ]);
    const told = await inWorkspace(workspace, ['why', 'lock-keeper/keys']);
    expect(told.stdout).toContain('[-iron-] {+brass+}');
  });

  it('make one picture now at full price, which no batch pays again', async () => {
    const { code, data } = await jsonOf<{ kind: string; path: string; runId: string; costUsd: number }>(
      workspace,
      ['now', 'lock-keeper/keys'],
    );
    expect(code).toBe(0);
    expect(data.kind).toBe('generated');
    expect(data.costUsd).toBeGreaterThan(0.13);
    const recipe = JSON.parse(
      await workspace.read('content/characters/lock-keeper/images/keys.recipe.json'),
    ) as {
      provenance: { costUsd: number; job: string; run: string };
    };
    expect(recipe.provenance).toMatchObject({ costUsd: data.costUsd, job: 'now', run: data.runId });
    expect(await workspace.read(PATHS.loner)).toContain('generated_images:');
    const billed = service.billed().length;
    const plan = await jsonOf<{ items: { state: string }[] }>(workspace, ['plan', '--filter', 'lock-keeper']);
    expect(plan.data.items[0]?.state).toBe('done');
    const again = await jsonOf<{ kind: string }>(workspace, ['now', 'lock-keeper/keys']);
    expect(again.data.kind).toBe('done');
    expect(service.billed().length).toBe(billed);
  });

  it('keep their history, with a report for each', async () => {
    const { data } = await jsonOf<{ runs: { runId: string; phase: string }[] }>(workspace, [
      'batch',
      'history',
    ]);
    expect(data.runs.length).toBeGreaterThanOrEqual(3);
    expect(data.runs.every((one) => one.phase === 'completed')).toBe(true);
    const [latest] = data.runs;
    const one = await jsonOf<{ report: RunReport }>(workspace, ['batch', 'history', latest!.runId]);
    expect(one.data.report.totals.generated).toBe(1);
    const unknown = await inWorkspace(workspace, ['batch', 'history', 'nonsense']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(latest!.runId);
  });

  it('are added up, each answer once', async () => {
    const { data } = await jsonOf<{
      total: { answers: number; costUsd: number };
      byEntity: { name: string; costUsd: number }[];
      payments: { costUsd: number }[];
    }>(workspace, ['cost']);
    expect(data.total.answers).toBe(data.payments.length);
    expect(data.total.answers).toBe(7);
    const sum = data.payments.reduce((total, one) => total + one.costUsd, 0);
    expect(data.total.costUsd).toBeCloseTo(sum, 5);
    expect(data.byEntity.map((one) => one.name)).toContain('chapter/first-crossing');
  });

  it('stop for a picture that was edited by hand, until it is discarded for the one of the store', async () => {
    const original = await workspace.bytes(KEYS_PICTURE);
    await workspace.write(KEYS_PICTURE, await workspace.bytes(PATHS.portrait));
    const stopped = await inWorkspace(workspace, ['batch', 'generate', '--yes']);
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain('chargen keep character/lock-keeper/keys');
    const discarded = await jsonOf<unknown>(workspace, ['discard', 'lock-keeper/keys']);
    expect(discarded.data).toMatchObject({ scenes: [{ kind: 'restored', from: 'store' }] });
    expect(await workspace.bytes(KEYS_PICTURE)).toEqual(original);
  });

  it('free space without touching the only copy of a paid picture', async () => {
    const before = await jsonOf<{ removableBytes: number; onlyCopies: { count: number } }>(workspace, [
      'store',
      'gc',
      '--dry-run',
    ]);
    expect(before.data.removableBytes).toBeGreaterThan(0);
    // The picture of the prompt before it was changed lies nowhere else.
    expect(before.data.onlyCopies.count).toBe(1);
    const freed = await jsonOf<{ freedBytes: number }>(workspace, ['store', 'gc']);
    expect(freed.data.freedBytes).toBe(before.data.removableBytes);
    await workspace.edit(PATHS.loner, 'A ring of brass keys', 'A ring of iron keys');
    const back = await jsonOf<{ items: { state: string }[] }>(workspace, ['plan', '--filter', 'lock-keeper']);
    expect(back.data.items[0]?.state).toBe('reused');
    const cost = await jsonOf<{ total: { answers: number } }>(workspace, ['cost']);
    expect(cost.data.total.answers).toBe(7);
  });

  it('ask a refused scene again only when told to, and then really do', async () => {
    await workspace.installNx(PLAIN_NX);
    await workspace.edit(
      PATHS.loner,
      'A ring of iron keys on a nail.',
      'A ring of lead keys. [[refuse:IMAGE_SAFETY:once]]',
    );
    const refused = await jsonOf<RunAnswer>(workspace, [
      'batch',
      'generate',
      '--yes',
      '--filter',
      'lock-keeper',
    ]);
    expect(refused.code).toBe(0);
    expect(refused.data.report?.totals.refused).toBe(1);
    const other = await jsonOf<{ retried: unknown[] }>(workspace, ['retry', '--class', 'IMAGE_RECITATION']);
    expect(other.data.retried).toEqual([]);
    const dry = await jsonOf<{ retried: { scene: string }[] }>(workspace, [
      'retry',
      '--class',
      'image_safety',
      '--dry-run',
    ]);
    expect(dry.data.retried.map((one) => one.scene)).toEqual(['character/lock-keeper/keys']);
    const again = await jsonOf<RunAnswer>(workspace, ['retry', 'lock-keeper/keys']);
    expect(again.code).toBe(0);
    expect(again.data.report?.totals.generated).toBe(1);
    expect((await workspace.bytes(PATHS.loner)).toString()).toContain('    attempt: 2\n');
  });

  it('say that it is uncertain where the answer to a create was lost, and cancel only after a look', async () => {
    await workspace.edit(PATHS.loner, 'A ring of lead keys.', 'A ring of tin keys.');
    service.emulator.faults.arm({
      fault: { kind: 'drop', when: 'before' },
      match: { route: 'batches.create' },
    });
    const lost = await jsonOf<RunAnswer>(workspace, [
      'batch',
      'generate',
      '--yes',
      '--filter',
      'lock-keeper',
    ]);
    expect(lost.code).toBe(5);
    expect(lost.data.report?.stop?.kind).toBe('uncertain');
    const { code, data } = await jsonOf<{ unfinished: { runId: string }[] }>(workspace, ['status']);
    expect(code).toBe(5);
    const cancelled = await jsonOf<{ isOver: boolean; jobs: { kind: string }[] }>(workspace, [
      'cancel',
      data.unfinished[0]!.runId,
    ]);
    expect(cancelled.code).toBe(0);
    expect(cancelled.data.jobs[0]?.kind).toBe('never-made');
    expect((await inWorkspace(workspace, ['status'])).code).toBe(0);
  });

  it('are looked over by the doctor, who never shows the key', async () => {
    workspace.env['GEMINI_API_KEY'] = 's3cret-key-of-the-writer';
    const { code, data, stderr } = await jsonOf<{
      findings: { check: string; verdict: string; message: string }[];
    }>(workspace, ['doctor']);
    expect(code).toBe(0);
    const models = data.findings.filter((one) => one.check === 'model').map((one) => one.message);
    expect(models).toEqual(['gemini-3-pro-image answers', 'gemini-3.5-flash-lite answers']);
    expect(data.findings.find((one) => one.check === 'key')?.message).toContain('GEMINI_API_KEY');
    expect(JSON.stringify(data) + stderr).not.toContain('s3cret');
  });

  it('of which the doctor claims to stay out of git what git says, and nothing if git does not answer', async () => {
    interface Doctor {
      findings: { check: string; verdict: string; message: string; advice?: string }[];
    }
    const about = async (): Promise<Doctor['findings']> => {
      const { data } = await jsonOf<Doctor>(workspace, ['doctor']);
      return data.findings.filter(({ check }) => check === 'gitignore');
    };
    expect(await about()).toMatchObject([{ verdict: 'ok' }]);
    const before = await readFile(workspace.path('.gitignore'), 'utf8');
    await workspace.write('.gitignore', before.replaceAll('.env', '.other'));
    expect(await about()).toMatchObject([
      { verdict: 'warning', message: expect.stringContaining('.env') as string },
    ]);
    // As in a folder that belongs to another user.
    await workspace.write('bin/git', '#!/bin/sh\necho "fatal: detected dubious ownership" >&2\nexit 128\n');
    await chmod(workspace.path('bin/git'), 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = `${workspace.path('bin')}:${path ?? ''}`;
    try {
      expect(await about()).toMatchObject([
        {
          verdict: 'note',
          message: expect.stringContaining('Git did not answer') as string,
          advice: 'See why with: git status',
        },
      ]);
    } finally {
      process.env['PATH'] = path;
    }
    await workspace.write('.gitignore', before);
  });

  it('take the key of a profile before any other', async () => {
    await workspace.write('.env.try', 'GEMINI_API_KEY=another-key\n');
    const fingerprint = async (...args: string[]): Promise<string | undefined> => {
      const { data } = await jsonOf<{ findings: { check: string; message: string }[] }>(workspace, [
        'doctor',
        ...args,
      ]);
      return /fingerprint is (\w+)/.exec(
        data.findings.find((one) => one.check === 'key')?.message ?? '',
      )?.[1];
    };
    const usual = await fingerprint();
    const tried = await fingerprint('--profile', 'try');
    expect(usual).toMatch(/^\w{12}$/);
    expect(tried).toMatch(/^\w{12}$/);
    expect(tried).not.toBe(usual);
    const none = await inWorkspace(workspace, ['doctor', '--profile', 'work']);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('.env.work');
  });
});
