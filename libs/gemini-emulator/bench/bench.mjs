// Measures the emulator as a process of its own: files per second, a job of 10,000 items, 2 GB in and 2 GB out.
// Build first; run with `node bench/bench.mjs`. Needs 7 GB in the temporary folder, and some minutes.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MB = 1024 ** 2;
const MODEL = 'gemini-3-pro-image';
const HEADERS = { 'x-goog-api-key': 'bench' };
const BIN = fileURLToPath(new URL('../bin/gemini-emulator.mjs', import.meta.url));

async function start(...args) {
  const state = mkdtempSync(join(tmpdir(), 'emulator-bench-'));
  const child = spawn(process.execPath, [BIN, '--port', '0', '--state', state, '--tier', 'tier3', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listens on (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) {
      const stop = async () => {
        child.kill('SIGTERM');
        await new Promise((resolve) => child.once('exit', resolve));
        rmSync(state, { recursive: true, force: true });
      };
      return { url, stop };
    }
  }
  throw new Error('the emulator did not start');
}

async function upload(url, chunks) {
  const started = await fetch(`${url}/upload/v1beta/files`, {
    method: 'POST',
    headers: { ...HEADERS, 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' },
    body: JSON.stringify({ file: { mimeType: 'application/jsonl' } }),
  });
  const target = started.headers.get('x-goog-upload-url');
  let offset = 0;
  for (const [i, chunk] of chunks.entries()) {
    const last = i === chunks.length - 1;
    const body = chunk();
    const answer = await fetch(target, {
      method: 'POST',
      headers: {
        ...HEADERS,
        'x-goog-upload-command': last ? 'upload, finalize' : 'upload',
        'x-goog-upload-offset': String(offset),
      },
      body,
    });
    offset += body.length;
    const text = await answer.text();
    if (last) return JSON.parse(text).file.name;
  }
}

async function runJob(url, fileName) {
  const created = await fetch(`${url}/v1beta/models/${MODEL}:batchGenerateContent`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ batch: { displayName: 'bench', inputConfig: { fileName } } }),
  });
  const { name } = await created.json();
  for (;;) {
    const job = await (await fetch(`${url}/v1beta/${name}`, { headers: HEADERS })).json();
    if (job.done) return job.metadata.output.responsesFile;
    await wait(200);
  }
}

async function download(url, file) {
  const response = await fetch(`${url}/v1beta/${file}:download?alt=media`, { headers: HEADERS });
  let bytes = 0;
  for await (const piece of response.body) bytes += piece.length;
  return bytes;
}

const item = (key, imageSize) =>
  `${JSON.stringify({
    key,
    request: {
      contents: [{ role: 'user', parts: [{ text: `A scene called ${key}, told in a few words.` }] }],
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '1:1', imageSize } },
    },
  })}\n`;

const seconds = async (work) => {
  const begin = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - begin) / 1000 };
};

const peak = async (url) => (await (await fetch(`${url}/__emulator/memory`)).json()).peakBytes / MB;
const say = (what, value) => console.log(`${what.padEnd(52)} ${value}`);

{
  const { url, stop } = await start();
  const count = 500;
  const small = Buffer.alloc(20_000, 'x');
  const files = await seconds(async () => {
    for (let i = 0; i < count; i += 1) await upload(url, [() => small]);
  });
  say('files of 20 kB uploaded per second, one by one', (count / files.seconds).toFixed(0));
  const lines = Buffer.from(Array.from({ length: 10_000 }, (_, i) => item(`k${i}`, '1K')).join(''));
  const input = await upload(url, [() => lines]);
  const job = await seconds(() => runJob(url, input));
  say('job of 10,000 pictures at 1K: seconds', job.seconds.toFixed(1));
  const size = await seconds(() => download(url, job.result));
  say('its results: MB', (size.result / MB).toFixed(0));
  say('peak memory so far: MB', (await peak(url)).toFixed(0));
  await stop();
}
{
  const { url, stop } = await start('--heavy');
  const padding = Buffer.from(`${JSON.stringify({ padding: 'x'.repeat(500_000) })}`);
  const block = Buffer.concat(
    Array.from({ length: 16 }, (_, i) =>
      Buffer.from(`{"key":"p${i}","request":{"contents":[]},"labels":${padding}}\n`),
    ),
  );
  const chunks = Array.from({ length: Math.floor((2048 * MB) / block.length) }, () => () => block);
  const up = await seconds(() => upload(url, chunks));
  say('2 GB uploaded: seconds', up.seconds.toFixed(1));
  say('peak memory so far: MB', (await peak(url)).toFixed(0));
  const lines = Buffer.from(Array.from({ length: 95 }, (_, i) => item(`k${i}`, '4K')).join(''));
  const input = await upload(url, [() => lines]);
  const job = await seconds(() => runJob(url, input));
  say('job of 95 heavy pictures at 4K: seconds', job.seconds.toFixed(1));
  const down = await seconds(() => download(url, job.result));
  say('its results: MB', (down.result / MB).toFixed(0));
  say('downloaded: seconds', down.seconds.toFixed(1));
  say('peak memory: MB', (await peak(url)).toFixed(0));
  await stop();
}
