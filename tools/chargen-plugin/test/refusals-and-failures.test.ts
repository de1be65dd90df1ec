import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { tasksHere } from './support/tasks-here.js';

const GENERATE = ['run-many', '-t', 'generate'];
const REFUSED = 'content/characters/ione/images/lamp.refused.json';

describe('a scene that the model refuses', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace);
    await workspace.edit(PATHS.ione, 'lifts a lamp', 'lifts a lamp [[refuse:IMAGE_SAFETY]]');
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('is a warning that says which, why and what to try, while all others are made', async () => {
    const { code, output } = await workspace.nx(GENERATE);
    expect(code).toBe(0);
    expect(output).toMatch(/! character\/ione\/lamp {2}refused by the model \(IMAGE_SAFETY: .+\)\n {4}\S+/);
    expect(output).toContain('5 generated');
    expect(JSON.parse(await workspace.read(REFUSED))).toMatchObject({
      item: expect.stringMatching(/^character\/ione\/lamp@sha256:[0-9a-f]{64}$/) as unknown,
      reason: 'IMAGE_SAFETY',
      advice: expect.stringContaining('safety_settings') as unknown,
    });
  });

  it('is not asked again by two more runs, from the cache or without it', async () => {
    const before = service.posts();
    expect((await workspace.nx(GENERATE)).code).toBe(0);
    const { status } = await tasksHere(workspace, 'generate');
    expect(new Set(Object.values(status))).toEqual(new Set(['success']));
    expect(service.posts()).toBe(before);
  });

  it('is asked again, alone, when its take is raised', async () => {
    const before = service.billed().length;
    await workspace.edit(PATHS.ione, 'title: The lamp', 'title: The lamp\n    take: 2');
    await tasksHere(workspace, 'generate');
    expect(service.billed().slice(before)).toEqual([expect.stringContaining('character/ione/lamp@sha256:')]);
  });

  it('is asked again, alone, when its prompt changes, and its refusal then goes away', async () => {
    const before = service.billed().length;
    await workspace.edit(PATHS.ione, ' [[refuse:IMAGE_SAFETY]]', '');
    const { status } = await tasksHere(workspace, 'generate');
    expect(status['ione']).toBe('success');
    expect(service.billed()).toHaveLength(before + 1);
    await expect(workspace.read(REFUSED)).rejects.toThrow('ENOENT');
    expect((await workspace.bytes('content/characters/ione/images/lamp.png')).byteLength).toBeGreaterThan(
      1000,
    );
  });

  it('fails its task where the workspace asks for that', async () => {
    await workspace.edit(PATHS.loner, 'iron keys', 'iron keys [[refuse:RECITATION]]');
    await workspace.edit('nx.json', '"workspaceId":', '"failOnRefusal": true, "workspaceId":');
    const { status, output } = await tasksHere(workspace, 'generate', { projects: ['lock-keeper'] });
    expect(output).toContain('RECITATION');
    expect(status).toEqual({ 'lock-keeper': 'failure' });
  });
});

describe('a scene that fails for a reason of the service', () => {
  it('fails its task alone, and the next run asks for that scene alone', async () => {
    const service = await Service.start();
    const workspace = await TestWorkspace.create({ files: await smallWorld() });
    try {
      service.serve(workspace);
      service.emulator.faults.arm({
        match: { key: 'character/ione/lamp@*' },
        times: 3,
        fault: { kind: 'item-error', code: 13 },
      });
      const first = await tasksHere(workspace, 'generate');
      expect(Object.entries(first.status).filter(([, status]) => status === 'failure')).toEqual([
        ['ione', 'failure'],
      ]);
      expect(first.output).toMatch(/✗ character\/ione\/lamp {2}Google answered with error 13/);
      expect(first.output).toContain('5 generated');
      const before = service.billed().length;
      const second = await tasksHere(workspace, 'generate');
      expect(second.status['ione']).toBe('success');
      expect(service.billed().slice(before)).toEqual([
        expect.stringContaining('character/ione/lamp@sha256:'),
      ]);
    } finally {
      await workspace.remove();
      await service.close();
    }
  });
});
