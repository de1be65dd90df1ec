import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BIN, chargen, cleanEnvironment } from './support/run.js';
import { folderWith, SMALL_WORLD } from './support/world.js';

describe('chargen gallery', () => {
  it('writes the page and prints its address', async () => {
    const root = await folderWith(SMALL_WORLD);
    const { code, stdout } = await chargen(['gallery'], { cwd: root });
    expect(code).toBe(0);
    const page = fileURLToPath(stdout.trim());
    expect(page.endsWith(join('.chargen', 'gallery', 'index.html'))).toBe(true);
    expect(await readFile(page, 'utf8')).toContain('Content-Security-Policy');
    const json = await chargen(['gallery', '--json'], { cwd: root });
    expect(JSON.parse(json.stdout)).toMatchObject({ page: '.chargen/gallery/index.html' });
    expect((await stat(join(root, '.chargen', 'gallery', 'app.js'))).size).toBeGreaterThan(1000);
  });

  it.each([
    [['--run', '2020-01-01T00-00-00Z-abcdef'], 'has no report here'],
    [['--run', 'last'], 'There is no run yet'],
    [['--run', 'last', '--serve'], 'leave out --serve'],
    [['--port', '80'], '--port goes with --serve'],
    [['--serve', '--port', 'eighty'], '--port is "eighty"'],
  ])('says what is wrong with %j', async (args, message) => {
    const root = await folderWith(SMALL_WORLD);
    const { code, stderr } = await chargen(['gallery', ...args], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('serves until it is stopped, and then ends well', async () => {
    const root = await folderWith(SMALL_WORLD);
    const child = spawn(process.execPath, [BIN, 'gallery', '--serve'], {
      cwd: root,
      env: cleanEnvironment(),
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    let url = '';
    for await (const line of createInterface({ input: child.stdout })) {
      url = line;
      break;
    }
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/\.chargen\/gallery\/index\.html$/);
    expect((await fetch(url)).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
