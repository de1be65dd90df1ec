import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeWorld, TEXT_MODEL, type World } from './support/world.js';
import { sendChunk, startUpload } from './support/upload.js';

/** Writes bytes that no client would, and hands back the first line of the answer. */
async function statusLine({ emulator }: World, head: string): Promise<string> {
  const socket = createConnection(emulator.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${head}\r\nx-goog-api-key: k\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  return answer.split('\r\n')[0] ?? '';
}

describe('a strange request', () => {
  it.each([
    ['a path that cannot be decoded', 'GET /v1beta/files/%E0%A4%A HTTP/1.1\r\nHost: x', '400 Bad Request'],
    ['a path that is no URL', 'GET // HTTP/1.1\r\nHost: x', '400 Bad Request'],
    ['a host that is none', 'GET /v1beta/files HTTP/1.1\r\nHost: a b<>', '400 Bad Request'],
    [
      'a file outside of the state',
      'GET /v1beta/files/..%2F..%2Fstate.json:download?alt=media HTTP/1.1\r\nHost: x',
      '403 Forbidden',
    ],
    [
      'headers without end',
      `GET /v1beta/files HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}`,
      '431 Request Header Fields Too Large',
    ],
  ])('with %s gets an answer that says so', async (_, head, status) => {
    expect(await statusLine(await makeWorld(), head)).toBe(`HTTP/1.1 ${status}`);
  });

  it.each([
    ['half an object', '{"contents":'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['lists in lists without end', '['.repeat(100_000)],
  ])('with %s for a body is a 400', async (_, body) => {
    const world = await makeWorld();
    const response = await fetch(`${world.emulator.url}/v1beta/models/${TEXT_MODEL}:generateContent`, {
      method: 'POST',
      headers: { 'x-goog-api-key': 'k' },
      body,
    });
    expect(response.status).toBe(400);
  });

  it.each([
    ['a name that is a number', { name: 5 }],
    ['a name that leads out of the state', { name: 'files/../../x' }],
  ])('to upload in one piece under %s is a 400, and leaves nothing', async (_, file) => {
    const stateDir = await makeFolder();
    const world = await makeWorld({ stateDir });
    const response = await fetch(`${world.emulator.url}/upload/v1beta/files`, {
      method: 'POST',
      headers: {
        'x-goog-api-key': 'k',
        'x-goog-upload-protocol': 'multipart',
        'content-type': 'multipart/related; boundary=b',
      },
      body: `--b\r\n\r\n${JSON.stringify({ file })}\r\n--b\r\n\r\nhello\r\n--b--\r\n`,
    });
    expect(response.status).toBe(400);
    expect(await readdir(join(stateDir, 'files'))).toEqual([]);
  });

  it('that dies in the middle of a chunk leaves an upload that can be gone on with, and not ended meanwhile', async () => {
    const world = await makeWorld();
    const session = new URL(await startUpload(world.emulator.url));
    const socket = createConnection(world.emulator.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST ${session.pathname}${session.search} HTTP/1.1\r\nHost: ${session.host}\r\nx-goog-api-key: a key\r\n` +
        'X-Goog-Upload-Command: upload, finalize\r\nX-Goog-Upload-Offset: 0\r\nContent-Length: 1000\r\n\r\nhalf',
    );
    const received = async (): Promise<string | null> =>
      (await sendChunk(session.href, 'query', 0, '')).headers.get('x-goog-upload-size-received');
    await expect.poll(received).toBe('4');
    expect((await sendChunk(session.href, 'finalize', 4, '')).status).toBe(409);
    socket.destroy();
    await expect.poll(async () => (await sendChunk(session.href, 'upload', 4, ' and')).status).toBe(200);
    const last = await sendChunk(session.href, 'upload, finalize', 8, ' the rest');
    expect(await last.json()).toMatchObject({ file: { sizeBytes: '17' } });
  });
});
