import { describe, expect, it } from 'vitest';
import { serve } from './support/process.js';
import { client, IMAGE_MODEL } from './support/world.js';

const MB = 1024 ** 2;
/** To receive takes some 120 MB, to draw some 190; a process that held what comes in, or the results, would pass this. */
const LIMIT = 270 * MB;

async function peak(url: string): Promise<number> {
  const { peakBytes } = (await (await fetch(`${url}/__emulator/memory`)).json()) as { peakBytes: number };
  return peakBytes;
}

/** Sends `chunks` chunks of 8 MiB, as the SDK does, without holding them. */
async function upload(url: string, chunks: number, chunkOf: () => Buffer): Promise<string> {
  const headers = { 'x-goog-api-key': 'a key' };
  const start = await fetch(`${url}/upload/v1beta/files`, {
    method: 'POST',
    headers: { ...headers, 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' },
    body: JSON.stringify({ file: { mimeType: 'application/jsonl' } }),
  });
  const target = start.headers.get('x-goog-upload-url') ?? '';
  let offset = 0;
  for (let i = 1; i <= chunks; i += 1) {
    const chunk = chunkOf();
    const answer = await fetch(target, {
      method: 'POST',
      headers: {
        ...headers,
        'x-goog-upload-command': i === chunks ? 'upload, finalize' : 'upload',
        'x-goog-upload-offset': String(offset),
      },
      body: new Uint8Array(chunk),
    });
    offset += chunk.length;
    const text = await answer.text();
    if (i === chunks) return (JSON.parse(text) as { file: { name: string } }).file.name;
  }
  throw new Error('nothing was sent');
}

describe('memory stays below 270 MB', () => {
  it('while 256 MB come in, are drawn into 179 MB of results, and go out', async () => {
    const { url } = await serve('--heavy');
    // Small pictures: what is drawn at the moment is little beside what must not be held.
    const padding = 'x'.repeat(2 * MB - 1000);
    let line = 0;
    const lineOf = (): string => {
      line += 1;
      const request = {
        contents: [{ role: 'user', parts: [{ text: 'a heavy picture' }] }],
        generationConfig: { imageConfig: { aspectRatio: '1:1', imageSize: '1K' } },
        labels: { padding },
      };
      return `${JSON.stringify({ key: `k${String(line)}`, request })}\n`;
    };
    const input = await upload(url, 32, () => Buffer.from(Array.from({ length: 4 }, lineOf).join('')));
    expect(await peak(url)).toBeLessThan(LIMIT);

    const ai = client(url);
    const job = await ai.batches.create({ model: IMAGE_MODEL, src: input, config: { displayName: 'heavy' } });
    await expect
      .poll(async () => (await ai.batches.get({ name: job.name ?? '' })).state, { timeout: 100_000 })
      .toBe('JOB_STATE_SUCCEEDED');
    const name = `files/batch-${(job.name ?? '').slice('batches/'.length)}`;
    const response = await fetch(`${url}/v1beta/${name}:download?alt=media`, {
      headers: { 'x-goog-api-key': 'a key' },
    });
    let bytes = 0;
    for await (const piece of response.body ?? []) bytes += (piece as Uint8Array).length;
    expect(bytes).toBe(Number(response.headers.get('content-length')));
    expect(bytes).toBeGreaterThan(170 * MB);
    expect(await peak(url)).toBeLessThan(LIMIT);
  }, 120_000);
});
