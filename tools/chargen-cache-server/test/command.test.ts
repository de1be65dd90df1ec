import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/chargen-cache-server.mjs', import.meta.url));

describe('the chargen-cache-server command', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cache-command-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  function run(args: string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env: { ...process.env, ...env } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = new Promise<number | null>((resolve) => child.on('close', resolve));
    return { child, code, output: () => output };
  }

  it('serves until it is told to stop, tells each request and never a token', async () => {
    const { child, code, output } = run(['--port', '0'], { CHARGEN_CACHE_TOKEN: 'a-secret-token' });
    await expect.poll(output).toContain('listens on http://127.0.0.1:');
    const url = /listens on (\S+)/.exec(output())?.[1] ?? '';
    const headers = { authorization: 'Bearer a-secret-token' };
    expect((await fetch(`${url}/v1/cache/11`, { method: 'PUT', body: 'x', headers })).status).toBe(200);
    expect((await fetch(`${url}/v1/cache/11`)).status).toBe(401);
    await expect.poll(output).toContain('GET /v1/cache/11 401');
    child.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(output()).not.toContain('a-secret-token');
    expect(output()).toContain('NX_SELF_HOSTED_REMOTE_CACHE_SERVER=');
  });

  it('says what is wrong with an option, and how to see the right ones', async () => {
    const { code, output } = run(['--port', 'many']);
    expect(await code).toBe(2);
    expect(output()).toContain('--port is "many"');
    expect(output()).toContain('--help');
  });

  it('does not start without a token on an address that others reach', async () => {
    const { code, output } = run(['--host', '0.0.0.0', '--port', '0']);
    expect(await code).toBe(1);
    expect(output()).toContain('Set CHARGEN_CACHE_TOKEN');
  });
});
