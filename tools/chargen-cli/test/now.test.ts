import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { BIN, cleanEnvironment } from './support/run.js';
import { folderWith, SMALL_WORLD } from './support/world.js';

/** Hands a request on as it came, with its answer. */
async function handOn(to: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body: Buffer[] = [];
  for await (const part of request) body.push(part as Buffer);
  const answer = await fetch(`${to}${request.url ?? ''}`, {
    method: request.method ?? 'GET',
    headers: {
      'content-type': 'application/json',
      'x-goog-api-key': String(request.headers['x-goog-api-key']),
    },
    ...(body.length === 0 ? {} : { body: Buffer.concat(body) }),
  });
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

describe('chargen now', { timeout: 60_000 }, () => {
  let service: Service;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    service = await Service.start();
  });

  afterEach(async () => {
    child?.kill('SIGKILL');
    await service.close();
  });

  it('waits on Ctrl-C for the picture that Google was asked for, since it is paid for', async () => {
    const root = await folderWith(SMALL_WORLD);
    let stderr = '';
    const said = (words: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (stderr.includes(words)) resolve();
        };
        child?.stderr?.on('data', look);
        look();
      });
    const between = createServer((request, response) => {
      void (async () => {
        if (request.url?.endsWith(':generateContent') === true) {
          child?.kill('SIGINT');
          await said('Ctrl-C again');
        }
        await handOn(service.emulator.url, request, response);
      })();
    });
    await once(between.listen(0, '127.0.0.1'), 'listening');
    const address = between.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      child = spawn(process.execPath, [BIN, 'now', 'mara/alone', '--yes'], {
        cwd: root,
        env: cleanEnvironment({
          GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${String(port)}`,
          GEMINI_API_KEY: 'test-key',
        }),
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const [code] = (await once(child, 'close')) as [number | null];
      expect(stderr).toContain('waiting for its picture');
      expect(code).toBe(0);
      expect(existsSync(join(root, 'characters/mara/images/alone.png'))).toBe(true);
      expect(service.billed()).toHaveLength(1);
    } finally {
      between.close();
    }
  });
});
