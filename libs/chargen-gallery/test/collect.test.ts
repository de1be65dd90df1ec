import { cp, readdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { drawnPicture } from '../../../test/support/small-world.js';
import { GalleryReader, type CollectedGallery } from '../src/data/collect.js';
import { readRuns } from '../src/data/runs.js';
import { GalleryWorld } from './support/gallery-world.js';

let world: GalleryWorld;
let gallery: CollectedGallery;

beforeAll(async () => {
  world = await GalleryWorld.create();
  gallery = await new GalleryReader(world.workspace).collect(0);
}, 90_000);

afterAll(() => world.remove());

function card(id: string) {
  const found = gallery.index.scenes.find((scene) => scene.id === id);
  if (found === undefined) throw new Error(`There is no card of ${id}.`);
  return found;
}

function details(id: string) {
  const found = gallery.details.flatMap((entity) => entity.scenes).find((scene) => scene.id === id);
  if (found === undefined) throw new Error(`There are no details of ${id}.`);
  return found;
}

describe('what the gallery is given', () => {
  it('tells the state of every scene', () => {
    const states = Object.fromEntries(gallery.index.scenes.map(({ id, state }) => [id, state]));
    expect(states).toEqual({
      'chapter/first-crossing/after-arrival': 'waits',
      'chapter/first-crossing/arrival': 'pending',
      'chapter/first-crossing/departure': 'done',
      'chapter/first-crossing/hostile': 'done',
      'chapter/first-crossing/old-model': 'blocked',
      'character/ione/asleep': 'locked',
      'character/ione/at-the-oar': 'done',
      'character/ione/lamp': 'done',
      'character/ione/storm': 'failed',
      'character/ione/toll': 'refused',
      'location/low-quay/establishing': 'done',
      'location/low-quay/repainted': 'edited',
    });
  });

  it('gives the reason in words and says what to try', () => {
    expect(card('character/ione/toll').reason).toContain('IMAGE_SAFETY');
    expect(details('character/ione/toll').advice.join(' ')).toContain('Tone the prompt down');
    expect(card('character/ione/storm').reason).toContain('error 13');
    expect(details('character/ione/storm').advice.join(' ')).toContain('Run the same command again');
    expect(details('location/low-quay/repainted').advice.join(' ')).toContain('chargen keep');
    expect(details('chapter/first-crossing/old-model').advice.join(' ')).toMatch(/imagery\.yaml:\d+:\d+/);
    expect(card('chapter/first-crossing/after-arrival').reason).toContain('chapter/first-crossing/arrival');
  });

  it('tells where a portrait is not as its author wrote, and nothing of a portrait that was replaced', async () => {
    const ione = gallery.index.entities.find(({ id }) => id === 'character/ione');
    expect(ione).toMatchObject({ references: 1, offCanon: ['portrait'] });
    const shown = gallery.details[ione?.details ?? -1];
    expect(shown?.appearance).toContain('a red scarf');
    expect(shown?.references[0]?.canon?.contradictions).toEqual(['the scarf is blue']);
    const portrait = 'content/characters/ione/images/portrait.png';
    const before = await world.files.bytes(portrait);
    await world.files.write(portrait, await drawnPicture('#223344', 50, 50));
    const later = await new GalleryReader(world.workspace).collect(0);
    await world.files.write(portrait, before);
    expect(later.index.entities.find(({ id }) => id === 'character/ione')?.offCanon).toEqual([]);
  });

  it('shows a preview as what it is', () => {
    expect(card('chapter/first-crossing/arrival').flags).toContain('preview-only');
    expect(card('chapter/first-crossing/arrival').picture?.href).toContain('/images/preview/arrival.png');
    expect(card('chapter/first-crossing/departure').flags).not.toContain('preview-only');
  });

  it("keeps the author's order of the scenes", () => {
    const ids = gallery.index.scenes.filter(({ id }) => id.startsWith('character/ione/')).map(({ id }) => id);
    expect(ids.map((id) => id.split('/').at(-1))).toEqual(['at-the-oar', 'lamp', 'toll', 'storm', 'asleep']);
  });

  it('names the place of the mistake in a file that cannot be read', () => {
    const broken = gallery.index.entities.find(({ id }) => id === 'character/half-written');
    expect(broken?.errors[0]).toMatch(/^content\/characters\/half-written\/imagery\.yaml:\d+:\d+/);
  });

  it('knows the picture that was replaced, and what changed in its prompt', () => {
    const { versions } = details('character/ione/lamp');
    expect(card('character/ione/lamp').flags).toContain('replaced');
    expect(versions.map(({ current }) => current)).toEqual([false, true]);
    const [before, now] = versions;
    expect(before?.picture?.href).toContain('.chargen/store/pictures/'.replace('.chargen/', '../'));
    expect(before?.picture?.href).not.toBe(now?.picture?.href);
    const removed = before?.diff.filter(({ kind }) => kind === 'removed').map(({ text }) => text.trim());
    const added = before?.diff.filter(({ kind }) => kind === 'added').map(({ text }) => text.trim());
    expect(removed?.join(' ')).toContain('lifts');
    expect(added?.join(' ')).toContain('lowers');
    expect(card('character/ione/at-the-oar').flags).not.toContain('replaced');
  });

  it('says which runs worked on a scene', () => {
    const [first, second] = world.runs;
    expect(card('character/ione/at-the-oar').runs).toEqual([first]);
    expect(card('character/ione/lamp').runs).toEqual([first, second]);
    expect(card('chapter/first-crossing/arrival').runs).toEqual([]);
    expect(gallery.index.runs.map(({ id }) => id)).toEqual([second, first]);
  });

  it('lists runs that began in one second in the order in which they began', async () => {
    const state = world.files.path('.chargen', 'batch');
    const copies = world.files.path('.chargen', 'runs-of-one-second');
    const names = ['2026-11-29T12-00-00Z-bbbbbb', '2026-11-29T12-00-00Z-aaaaaa'];
    for (const [n, name] of names.entries()) {
      await cp(`${state}/${world.runs[0] ?? ''}`, `${copies}/${name}`, { recursive: true });
      const text = await readFile(`${copies}/${name}/report.json`, 'utf8');
      const begun = `"startedAt": "2026-11-29T12:00:00.${n}00Z"`;
      await writeFile(`${copies}/${name}/report.json`, text.replace(/"startedAt": ?"[^"]+"/, begun));
    }
    expect((await readRuns(copies, [])).map(({ id }) => id)).toEqual(names);
  });

  it('tells the source of each part of a prompt, and how the picture was made', () => {
    const { prompt, recipe, references } = details('character/ione/at-the-oar');
    expect(prompt.map(({ section, source }) => [section, source])).toContainEqual([
      'style',
      'content/style.yaml style',
    ]);
    expect(Object.fromEntries(recipe)).toMatchObject({ Take: '1', Run: world.runs[0] });
    expect(references).toMatchObject([{ role: 'portrait', state: 'resolved' }]);
    expect(references[0]?.picture?.thumb).toMatch(/^thumbs\/[0-9a-f]{64}\.webp$/);
  });

  it('makes thumbnails once for each digest, beside the page, and leaves images/ as it is', async () => {
    const images = world.files.path('content', 'characters', 'ione', 'images');
    const before = await readdir(images);
    const picture = await readFile(`${images}/at-the-oar.png`);
    expect(gallery.thumbnailsMade).toBeGreaterThan(5);
    const again = await new GalleryReader(world.workspace).collect(0);
    expect(again.thumbnailsMade).toBe(0);
    expect(await readdir(images)).toEqual(before);
    expect((await readFile(`${images}/at-the-oar.png`)).equals(picture)).toBe(true);
    const thumbs = await readdir(world.files.path('.chargen', 'gallery', 'thumbs'));
    expect(thumbs).toContain(card('character/ione/at-the-oar').picture?.thumb?.slice('thumbs/'.length));
  });

  it('shows what Google works on as a state of its own', async () => {
    const key = Object.fromEntries(details('chapter/first-crossing/arrival').settings)['Key'] ?? '';
    const createdAt = '2026-11-28T14:02:00.000Z';
    const runId = await world.addJobAtGoogle([key], createdAt);
    const { index } = await new GalleryReader(world.workspace).collect(0);
    const arrival = index.scenes.find(({ id }) => id === 'chapter/first-crossing/arrival');
    expect(arrival).toMatchObject({ state: 'in-flight' });
    expect(arrival?.reason).toMatch(/^at Google since .*\d\d:\d\d, job running, 1 scene$/);
    expect(index.stuck).toEqual([]);

    // The same words as those of the command, once it is older than the stated time.
    const hours = (count: number) =>
      new GalleryReader(world.workspace).collect(Date.parse(createdAt) + count * 3_600_000);
    expect((await hours(5)).index.stuck).toEqual([]);
    const { stuck } = (await hours(30)).index;
    expect(stuck).toEqual([
      expect.stringMatching(
        /^batches\/1 has been running for 30h 0m, which is long: usual is .* of gemini-3-pro-image in /,
      ),
    ]);
    expect(stuck[0]).toMatch(new RegExp(`npx chargen cancel ${runId} --and-retry$`));
  });
});
