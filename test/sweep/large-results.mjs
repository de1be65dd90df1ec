#!/usr/bin/env node
/**
 * Collects one result file of many gigabytes and says how much memory that took:
 *   node test/sweep/large-results.mjs [--gigabytes 3] [--picture-mb 6] [--limit-mb 300]
 * A server in a process of its own has one job of another machine, whose results are as large as asked for; the
 * engine, in a third process, takes the job over, downloads it and puts each picture into the store. Exits with 1
 * where the peak of its resident memory is above the limit, or where a picture is missing.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { crc32, deflateSync } from 'node:zlib';

const SELF = fileURLToPath(import.meta.url);
const JOB = 'batches/largelargelargelargelargelargelarge1';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    gigabytes: { type: 'string', default: '3' },
    'picture-mb': { type: 'string', default: '6' },
    'limit-mb': { type: 'string', default: '300' },
  },
});
const pictureBytes = Math.round(Number(values['picture-mb']) * 1024 ** 2);
const lineBytes = Math.ceil((pictureBytes * 4) / 3);
const lines = Math.max(1, Math.round((Number(values.gigabytes) * 1024 ** 3) / lineBytes));

const keyOf = (n) => createHash('sha256').update(`large ${n}`).digest('hex');

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

/** A whole PNG of one pixel whose private chunk makes it as heavy as a real picture, each with other bytes. */
function picture(n, filling) {
  filling.writeUInt32BE(n, 0);
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    chunk('heVy', filling),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function line(n, filling) {
  const data = picture(n, filling).toString('base64');
  const response = {
    candidates: [
      { content: { parts: [{ inlineData: { mimeType: 'image/png', data } }] }, finishReason: 'STOP' },
    ],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 1120, totalTokenCount: 1130 },
  };
  return `${JSON.stringify({ response, key: `character/x/scene-${n}@sha256:${keyOf(n)}` })}\n`;
}

function serve() {
  const operation = {
    name: JOB,
    metadata: {
      model: 'models/gemini-3-pro-image',
      displayName: 'chargen/large/generate/2026-01-01T00-00-00Z-abcdef/1',
      state: 'BATCH_STATE_SUCCEEDED',
      createTime: '2026-01-01T00:00:00Z',
      endTime: new Date().toISOString(),
      output: { responsesFile: 'files/batch-large' },
      batchStats: { requestCount: String(lines), successfulRequestCount: String(lines) },
    },
    done: true,
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://x').pathname;
    if (path.endsWith(':download')) {
      void send(response);
      return;
    }
    const body =
      path === '/v1beta/batches' ? { operations: [operation] } : path === `/v1beta/${JOB}` ? operation : {};
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
}

async function send(response) {
  const filling = Buffer.alloc(pictureBytes - 120, 7);
  for (let n = 0; n < lines; n += 1) {
    if (!response.write(line(n, filling))) await new Promise((resolve) => response.once('drain', resolve));
  }
  response.end();
}

/** Everything was asked for by another machine; here only the last picture is wanted. */
async function collect(root, port) {
  const core = await import(process.env.SWEEP_CORE ?? '../../libs/chargen-core/dist/bundle/index.js');
  const store = new core.ResultStore(join(root, 'store'));
  const wanted = keyOf(lines - 1);
  const estimate = { low: 0, expected: 0, high: 0, unknown: 0 };
  const request = {
    v: 1,
    model: 'gemini-3-pro-image',
    take: 0,
    request: { contents: [], generationConfig: {} },
  };
  const item = {
    key: wanted,
    name: `x@sha256:${wanted}`,
    request,
    files: [],
    estimate,
    inputTokens: 1,
    outputBytes: 1,
  };
  const outcome = await core.runEngine({
    workspaceRoot: root,
    batchFolder: join(root, 'batch'),
    kind: 'generate',
    settings: { ...core.DEFAULT_SETTINGS, workspaceId: 'large' },
    store,
    openDoor: () => core.openGemini({ apiKey: 'large', baseUrl: `http://127.0.0.1:${port}` }),
    plan: async () => {
      const items = (await store.find(wanted)) === undefined ? [item] : [];
      return { items, waiting: 0, estimate, entities: 1 };
    },
    onCollected: async () => undefined,
    listener: () => undefined,
    signal: new AbortController().signal,
    clock: core.SYSTEM_CLOCK,
    pollInterval: 10,
    settleMs: 10,
    retryPause: 5,
    waitMs: Number.POSITIVE_INFINITY,
    pay: { kind: 'batch' },
    submit: false,
    maxCost: undefined,
    readText: () => ({ kind: 'rejected', why: 'no words were asked for' }),
  });
  // Kilobytes on every platform that Node runs on.
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ stop: outcome.stop ?? null, peakMb })}\n`);
}

function start(args) {
  const child = spawn(process.execPath, [SELF, ...args, ...process.argv.slice(2)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const output = new Promise((resolve) => {
    let text = '';
    child.stdout.on('data', (piece) => {
      text += String(piece);
      if (text.includes('\n')) resolve(text);
    });
    child.on('close', () => resolve(text));
  });
  return { child, output };
}

async function measure() {
  const root = await mkdtemp(join(tmpdir(), 'sweep-large-'));
  const server = start(['serve']);
  try {
    const port = (await server.output).trim();
    const started = Date.now();
    const { output } = start(['collect', root, port]);
    const { stop, peakMb } = JSON.parse(await output);
    const seconds = Math.round((Date.now() - started) / 1000);
    const names = await readdir(join(root, 'store', 'pictures'), { recursive: true });
    const pictures = names.filter((name) => name.endsWith('.png')).length;
    const gigabytes = ((lines * lineBytes) / 1024 ** 3).toFixed(2);
    process.stdout.write(
      `${gigabytes} GB of results in ${lines} lines: ${pictures} pictures collected in ${seconds} s, peak memory ${peakMb} MB.\n`,
    );
    const limit = Number(values['limit-mb']);
    if (stop !== null || pictures !== lines || peakMb > limit) process.exitCode = 1;
  } finally {
    server.child.kill('SIGKILL');
    await rm(root, { recursive: true, force: true });
  }
}

if (positionals[0] === 'serve') serve();
else if (positionals[0] === 'collect') await collect(positionals[1], positionals[2]);
else await measure();
