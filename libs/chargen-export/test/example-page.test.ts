import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { REPOSITORY } from '../../../test/support/workspace.js';
import { expectAccessible, startBrowser } from '../../chargen-gallery/test/support/browser.js';
import { writeManifest } from '../src/index.js';
import { exportAll, generatedWorld, type GeneratedWorld } from './support/world.js';

interface Shown {
  readonly broken: number;
  /** Width and format of the copies that the browser chose. */
  readonly chosen: readonly string[];
  readonly columns: number;
  readonly overflows: boolean;
}

/** Runs in the page. */
const SHOWN = `({
  broken: [...document.images].filter((one) => one.naturalWidth === 0).length,
  chosen: [...new Set([...document.images].map((one) => one.currentSrc.replace(/^.*-(\\d+)\\.(\\w+)$/, '$1 $2')))],
  columns: new Set([...document.querySelectorAll('figure')].map((one) => Math.round(one.getBoundingClientRect().left))).size,
  overflows: document.documentElement.scrollWidth > document.documentElement.clientWidth,
})`;

describe('the example page in a browser', { timeout: 120_000 }, () => {
  let made: GeneratedWorld;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    made = await generatedWorld({ sample: true });
    const outcomes = await exportAll(made.files, { formats: ['webp', 'jpeg'], widths: [320, 640, 1280] });
    const folder = made.files.path('dist/pictures');
    await writeManifest(folder, [...outcomes.keys()]);
    const build = join(REPOSITORY, 'examples/site/build.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [build, folder, 'The Sunken Wood']);
    expect(stdout).toMatch(/index\.html: \d+ pictures, \d+ missing\./);
    url = pathToFileURL(join(folder, 'index.html')).href;
    browser = await startBrowser();
  }, 300_000);

  afterAll(async () => {
    await browser.close();
    await made.remove();
  });

  it.each([
    { width: 390, copy: 640, columns: 1 },
    { width: 800, copy: 640, columns: 2 },
    { width: 1280, copy: 640, columns: 3 },
  ])(
    'shows every picture at $width pixels, in $columns columns, with nothing cut off',
    async ({ width, copy, columns }) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.goto(url);
      for (const image of await page.locator('img').all()) await image.scrollIntoViewIfNeeded();
      await page.waitForFunction('[...document.images].every((one) => one.complete)');
      const shown = await page.evaluate<Shown>(SHOWN);
      expect(shown).toMatchObject({ broken: 0, columns, overflows: false });
      expect(shown.chosen).toContain(`${String(copy)} webp`);
      await page.evaluate('scrollTo(0, 0)');
      await expectAccessible(page);
      await page.close();
    },
  );
});
