import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawnPicture, PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';

/** The tasks that `nx affected` would run for the last commit. */
async function affected(workspace: TestWorkspace, env: Record<string, string> = {}): Promise<string[]> {
  const { output } = await workspace.nx(
    ['affected', '-t', 'generate', '--base=HEAD~1', '--graph=stdout'],
    env,
  );
  const start = output.indexOf('{');
  if (start < 0) return [];
  const graph = JSON.parse(output.slice(start, output.lastIndexOf('}') + 1)) as {
    tasks: { tasks: Record<string, unknown> };
  };
  return Object.keys(graph.tasks.tasks).sort();
}

const IONE = 'ione:generate';
const CHAPTER = 'first-crossing:generate';
const QUAY = 'low-quay:generate';
const LONER = 'lock-keeper:generate';

describe.each([
  ['by task', {}],
  ['by project', { NX_LEGACY_AFFECTED: 'true' }],
])('what nx affected selects %s', (_mode, env: Record<string, string>) => {
  let workspace: TestWorkspace;

  beforeAll(async () => {
    workspace = await TestWorkspace.create({ files: await smallWorld() });
  });

  afterAll(() => workspace.remove());

  it('is the entity alone, after a changed scene that nobody shows', async () => {
    await workspace.edit(PATHS.loner, 'iron keys', 'brass keys');
    await workspace.commit('brass');
    expect(await affected(workspace, env)).toEqual([LONER]);
  });

  it('is nothing, after a changed README', async () => {
    await workspace.write('README.md', 'A world of fog.\n');
    await workspace.commit('readme');
    expect(await affected(workspace, env)).toEqual([]);
  });

  it('is every entity that uses a portrait, after that portrait changed', async () => {
    await workspace.write(PATHS.portrait, await drawnPicture('#228844'));
    await workspace.commit('portrait');
    const tasks = await affected(workspace, env);
    expect(tasks).toEqual(expect.arrayContaining([IONE, CHAPTER]));
    expect(tasks).not.toContain(LONER);
  });

  it('is at least the users of a scene, after that scene changed', async () => {
    await workspace.edit(PATHS.quay, 'one ferry', 'two ferries');
    await workspace.commit('ferries');
    const tasks = await affected(workspace, env);
    expect(tasks).toEqual(expect.arrayContaining([QUAY, CHAPTER]));
    expect(tasks).not.toContain(LONER);
  });

  it('is everybody, after the style of the world changed', async () => {
    await workspace.write('content/style.yaml', 'style: Woodcut.\n');
    await workspace.commit('style');
    expect(await affected(workspace, env)).toEqual([CHAPTER, IONE, LONER, QUAY]);
  });
});
