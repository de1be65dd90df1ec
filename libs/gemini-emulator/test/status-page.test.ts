import { describe, expect, it } from 'vitest';
import { createJob, makeWorld, pictureLine, TEXT_MODEL } from './support/world.js';

describe('the status page', () => {
  it('shows jobs, files, the ledger and the armed faults, with their names made harmless', async () => {
    const world = await makeWorld();
    const { name } = await createJob(world, [pictureLine('a')], { displayName: '<b>run</b> & "co"' });
    await world.ai.batches.get({ name });
    world.emulator.faults.arm({ fault: { kind: 'late-output', polls: 3 } });
    const response = await fetch(world.emulator.url);
    const html = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(html).toContain('&lt;b&gt;run&lt;/b&gt; &amp; &quot;co&quot;');
    expect(html).not.toContain('<b>run</b>');
    expect(html).toContain('SUCCEEDED');
    expect(html).toContain(`files/batch-${name.slice('batches/'.length)}`);
    expect(html).toContain('<b>1</b> items served');
    expect(html).toContain('late-output');
    expect(html).toContain(`/v1beta/models/gemini-3-pro-image:batchGenerateContent`);
  });

  it('shows what the SDK hides: why a job failed, how many items did, and what is armed before all the rest', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'job-failed', message: 'no capacity left' } });
    const failed = await createJob(world, [pictureLine('a')]);
    await world.ai.batches.get({ name: failed.name });
    const partly = await createJob(world, [pictureLine('b'), pictureLine('c', '[[error:13]]')]);
    await world.ai.batches.get({ name: partly.name });
    const html = await (await fetch(world.emulator.url)).text();
    expect(html).toContain('FAILED: no capacity left');
    expect(html).toContain('SUCCEEDED, 1 items failed');
    expect(html.indexOf('Faults armed')).toBeLessThan(html.indexOf('<h2>Jobs</h2>'));
  });

  it('shows at a glance that something was paid twice', async () => {
    const world = await makeWorld();
    const page = async (): Promise<string> => (await fetch(world.emulator.url)).text();
    expect(await page()).toContain('0 paid more than once');
    for (let i = 0; i < 2; i += 1)
      await world.ai.models.generateContent({ model: TEXT_MODEL, contents: 'same' });
    expect(await page()).toContain('<b class="bad">1 paid more than once');
  });

  it('is no part of the API: it needs no key and is in no ledger', async () => {
    const world = await makeWorld({ apiKeys: ['one'] });
    expect((await fetch(world.emulator.url)).status).toBe(200);
    expect(world.emulator.ledger.requests()).toEqual([]);
  });
});
