import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { chargen } from './support/run.js';
import { folderWith } from './support/world.js';

const ADA = `entity_type: character
name: Ada
scenes:
  - id: good
    title: Good
    prompt: Ada at sea.
  - id: typo
    title: Typo
    prompt: Ada ashore.
    aspect_ratoi: "1:1"
  - id: other
    title: Other
    prompt: 7
`;
const KEPT = 'characters/ada/imagery.yaml.0a1b2c3d.kept';

it('status counts the scenes and files that errors hide', async () => {
  const root = await folderWith({
    'characters/ada/imagery.yaml': ADA,
    'locations/pier/imagery.yaml': 'entity_type: location\nname: "Pier\n',
  });
  const { stdout } = await chargen(['status'], { cwd: root });
  expect(stdout).toContain('1 scene: 1 pending.');
  expect(stdout).toContain(
    'Not counted, since errors keep them from being read: 2 scenes, all of 1 file. See: chargen check',
  );
  const { stdout: json } = await chargen(['status', '--json'], { cwd: root });
  expect(JSON.parse(json)).toMatchObject({ totals: { scenes: 1, unreadScenes: 2, brokenEntities: 1 } });
});

it('status and check name a second version of a file until it is gone', async () => {
  const root = await folderWith({ 'characters/ada/imagery.yaml': ADA, [KEPT]: 'another version' });
  const words = `To use it instead: mv ${KEPT} characters/ada/imagery.yaml.`;
  const texts = async (): Promise<string[]> =>
    Promise.all([['status'], ['check']].map(async (args) => (await chargen(args, { cwd: root })).stdout));
  for (const text of await texts()) expect(text).toContain(words);
  await rm(join(root, KEPT));
  for (const text of await texts()) expect(text).not.toContain('.kept');
});
