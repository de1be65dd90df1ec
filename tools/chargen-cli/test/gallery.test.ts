import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { drawnPicture } from '../../../test/support/small-world.js';
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
    [['--static', 'site', '--serve'], 'leave out --serve and --run'],
    [['--port', '80'], '--port goes with --serve'],
    [['--serve', '--port', 'eighty'], '--port is "eighty"'],
  ])('says what is wrong with %j', async (args, message) => {
    const root = await folderWith(SMALL_WORLD);
    const { code, stderr } = await chargen(['gallery', ...args], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('writes the page with all its pictures into one folder, states what is not in it, and leaves other folders alone', async () => {
    const asleep = await drawnPicture('navy');
    const root = await folderWith({
      ...SMALL_WORLD,
      'characters/mara/images/asleep.png': asleep,
      // The same bytes once more, as the store mostly has them.
      'characters/mara/images/preview/asleep.png': asleep,
      'mine/notes.txt': 'mine',
    });
    const site = join(root, 'site');
    const { code, stdout, stderr } = await chargen(['gallery', '--static', 'site'], { cwd: root });
    expect(code).toBe(0);
    expect(fileURLToPath(stdout.trim())).toBe(join(site, 'index.html'));
    expect(stderr).toContain('1 picture of which only a Git LFS pointer');
    expect(stderr).toContain('chargen gallery --serve');
    const copy = join(site, 'pictures/characters/mara/images/asleep.png');
    expect(await readFile(copy)).toEqual(asleep);
    expect(existsSync(join(site, 'pictures/characters/mara/images/preview'))).toBe(false);
    const data = await readFile(join(site, 'data.js'), 'utf8');
    expect(data).toContain('pictures/characters/mara/images/asleep.png');
    expect(data).not.toContain('../');
    expect(await readFile(join(site, 'README.txt'), 'utf8')).toContain('Git LFS pointer');
    // Made again without the picture: its copy goes, and what a person put there stays.
    await writeFile(join(site, 'pictures', 'mine.txt'), 'mine');
    await rm(join(root, 'characters/mara/images/asleep.png'));
    await rm(join(root, 'characters/mara/images/preview'), { recursive: true });
    expect((await chargen(['gallery', '--static', 'site'], { cwd: root })).code).toBe(0);
    expect(existsSync(copy)).toBe(false);
    expect(existsSync(join(site, 'pictures', 'mine.txt'))).toBe(true);
    const other = await chargen(['gallery', '--static', 'mine'], { cwd: root });
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds files of something else') as string,
    });
    expect(await readdir(join(root, 'mine'))).toEqual(['notes.txt']);
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
