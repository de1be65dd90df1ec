import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Served } from './support/served.js';

const TOKEN = 'the-writers-token';
const GIB = 2 ** 30;

/** Speaks to the server by hand, since clients send their whole body. */
async function spoken(served: Served, lines: readonly string[]): Promise<{ socket: Socket; answer: string }> {
  const socket = await opened(served);
  let answer = '';
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('utf8');
      if (answer.includes('\r\n\r\n')) resolve();
    });
  });
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await answered;
  return { socket, answer };
}

async function opened(served: Served): Promise<Socket> {
  const { hostname, port } = new URL(served.server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function put(length: number, ...more: readonly string[]): string[] {
  return ['PUT /v1/cache/77 HTTP/1.1', 'host: cache', `content-length: ${String(length)}`, ...more];
}

describe('the limits of the cache server', () => {
  let served: Served;

  afterEach(() => served.stop());

  it('refuse a large body by its announced length, before a byte of it came', async () => {
    served = await Served.start({ token: TOKEN });
    const { socket, answer } = await spoken(served, put(GIB, `authorization: Bearer ${TOKEN}`));
    expect(answer).toMatch(/^HTTP\/1\.1 403 .*connection: close.*bytes at most/s);
    socket.destroy();
  });

  it('refuse the body of who has no token, however long it is', async () => {
    served = await Served.start({ token: TOKEN });
    const { socket, answer } = await spoken(served, put(100 * 1024 * 1024));
    expect(answer).toMatch(/^HTTP\/1\.1 401 .*connection: close/s);
    socket.destroy();
  });

  it('say so to a client that asks before it sends, and say "continue" to the others', async () => {
    served = await Served.start({ token: TOKEN });
    const refused = await spoken(served, put(5, 'expect: 100-continue'));
    expect(refused.answer).toContain('HTTP/1.1 401');
    const welcome = await spoken(served, put(5, `authorization: Bearer ${TOKEN}`, 'expect: 100-continue'));
    expect(welcome.answer).toContain('HTTP/1.1 100');
    welcome.socket.write('bytes');
    const [answer] = (await once(welcome.socket, 'data')) as [Buffer];
    expect(answer.toString('utf8')).toContain('HTTP/1.1 200');
    for (const { socket } of [refused, welcome]) socket.destroy();
  });

  it('end the oldest connection that has shown no token, and none that has', async () => {
    served = await Served.start({ token: TOKEN, limits: { maxUnknownConnections: 3 } });
    const known = await spoken(served, [
      'GET /v1/cache/77 HTTP/1.1',
      'host: cache',
      `authorization: Bearer ${TOKEN}`,
    ]);
    const first = await opened(served);
    const ended = once(first, 'close');
    const others: Socket[] = [];
    for (let count = 0; count < 3; count += 1) others.push(await opened(served));
    await ended;
    expect([known.socket, ...others].every((socket) => !socket.destroyed)).toBe(true);
    expect(await served.status('GET', '/v1/cache/77', undefined, TOKEN)).toBe(404);
    for (const socket of [known.socket, ...others]) socket.destroy();
  });
});
