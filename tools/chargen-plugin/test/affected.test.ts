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
const GULL = 'gull:generate';
const NEST = 'the-nest:generate';

const EGG = 'content/characters/gull/images/egg.png';
/** As a browser names a second download; Nx would read it as a pattern. */
const DRAWN = 'content/characters/gull/images/gull (1).png';

/** A picture by hand in the place of a scene, a drawn one, and a chapter that shows the first. */
const GULLS = {
  'content/characters/gull/imagery.yaml': `entity_type: character
name: The Gull
scenes:
  - id: egg
    title: Egg
    prompt: An egg.
    locked: true
  - id: flight
    title: Flight
    prompt: The gull flies.
    references:
      - path: images/gull (1).png
`,
  'content/chapters/the-nest/imagery.yaml': `entity_type: chapter
name: The Nest
scenes:
  - id: found
    title: Found
    prompt: A nest in the reeds.
    references:
      - character: gull
        scene: egg
`,
};

describe.each([
  ['by task', {}],
  ['by project', { NX_LEGACY_AFFECTED: 'true' }],
])('what nx affected selects %s', (_mode, env: Record<string, string>) => {
  let workspace: TestWorkspace;

  beforeAll(async () => {
    const drawn = { [EGG]: await drawnPicture('#aabbcc'), [DRAWN]: await drawnPicture('#445566') };
    workspace = await TestWorkspace.create({ files: { ...(await smallWorld()), ...GULLS, ...drawn } });
  });

  afterAll(() => workspace.remove());

  it('is the entity alone, after a changed scene that nobody shows, and nothing for a changed README', async () => {
    await workspace.edit(PATHS.loner, 'iron keys', 'brass keys');
    await workspace.write('README.md', 'A world of fog.\n');
    await workspace.commit('brass');
    expect(await affected(workspace, env)).toEqual([LONER]);
  });

  it('is every entity that uses a portrait, after it changed, also if the picture has a name that is a pattern', async () => {
    await workspace.write(PATHS.portrait, await drawnPicture('#228844'));
    await workspace.write(DRAWN, await drawnPicture('#665544'));
    await workspace.commit('a portrait, and a better gull');
    const tasks = await affected(workspace, env);
    expect(tasks).toEqual(expect.arrayContaining([IONE, CHAPTER, GULL]));
    expect(tasks).not.toContain(LONER);
  });

  it('is at least the users of a scene, after it changed, and who shows a locked one, after its picture changed', async () => {
    await workspace.edit(PATHS.quay, 'one ferry', 'two ferries');
    await workspace.write(EGG, await drawnPicture('#ccbbaa'));
    await workspace.commit('ferries, and a better egg');
    const tasks = await affected(workspace, env);
    expect(tasks).toEqual(expect.arrayContaining([QUAY, CHAPTER, NEST]));
    expect(tasks).not.toContain(LONER);
  });

  it('is everybody, after the style of the world changed', async () => {
    await workspace.write('content/style.yaml', 'style: Woodcut.\n');
    await workspace.commit('style');
    expect(await affected(workspace, env)).toEqual([CHAPTER, GULL, IONE, LONER, QUAY, NEST]);
  });
});
