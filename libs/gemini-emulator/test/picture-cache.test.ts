import { expect, it } from 'vitest';
import { PictureCache } from '../src/picture/picture-cache.js';
import { renderPicture, type PictureDescription } from '../src/picture/render.js';

function description(change: Partial<PictureDescription> = {}): PictureDescription {
  return {
    size: { width: 96, height: 64 },
    format: 'png',
    seed: 'a',
    title: 'character/ada/at-the-loom',
    notes: ['gemini-3-pro-image'],
    prompt: 'Ada at her loom.',
    thumbnails: [{ width: 1, height: 1, cells: Uint8Array.of(3) }],
    heavy: false,
    ...change,
  };
}

it('a picture that was drawn is not drawn again, as long as it is among the last ones', async () => {
  const cache = new PictureCache(2);
  const first = await cache.picture(description());
  expect(first.equals(await renderPicture(description()))).toBe(true);
  expect(await cache.picture(description())).toBe(first);
  await cache.picture(description({ seed: 'b' }));
  expect(await cache.picture(description())).toBe(first);
  await cache.picture(description({ seed: 'c' }));
  await cache.picture(description({ seed: 'd' }));
  expect(await cache.picture(description())).not.toBe(first);
});

it.each<[string, Partial<PictureDescription>]>([
  ['size', { size: { width: 64, height: 96 } }],
  ['format', { format: 'jpeg' }],
  ['seed', { seed: 'b' }],
  ['title', { title: 'character/ada/asleep' }],
  ['note', { notes: [] }],
  ['prompt', { prompt: 'Ada sleeps.' }],
  ['reference', { thumbnails: [{ width: 1, height: 1, cells: Uint8Array.of(4) }] }],
  ['weight', { heavy: true }],
])('a picture of another %s is another one', async (_, change) => {
  const cache = new PictureCache(20);
  await cache.picture(description());
  const other = await cache.picture(description(change));
  expect(other.equals(await renderPicture(description(change)))).toBe(true);
});
