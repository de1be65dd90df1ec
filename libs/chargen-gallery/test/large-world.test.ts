import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largePage } from '../bench/large-page.mjs';
import { openPage, startBrowser } from './support/browser.js';

const SCENES = 1800;

let root: string;
let browser: Browser;
let url: string;

beforeAll(async () => {
  browser = await startBrowser();
  root = await realpath(await mkdtemp(join(tmpdir(), 'chargen-large-')));
  url = pathToFileURL(await largePage(root, 100, 18)).href;
}, 90_000);

afterAll(async () => {
  await browser.close();
  await rm(root, { recursive: true, force: true });
});

const nodes = (page: Page): Promise<number> => page.evaluate<number>('document.querySelectorAll("*").length');

const focused = (page: Page): Promise<string> =>
  page.evaluate<string>('document.activeElement.getAttribute("href") ?? document.activeElement.tagName');

describe('a world of 1,800 scenes', () => {
  it('has few elements in the page, however small the pictures are, and loads only those that are near', async () => {
    const { page, complaints } = await openPage(browser, url, { width: 1440, height: 900 });
    expect(await page.getByRole('status').first().textContent()).toBe(`${String(SCENES)} scenes`);
    expect(await nodes(page)).toBeLessThan(3000);
    const size = page.getByRole('slider', { name: 'Size of the pictures' });
    await size.press('Home');
    expect(await nodes(page)).toBeLessThan(3000);
    const onScreen = `[...document.querySelectorAll('.card')].filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    }).length`;
    expect(await page.evaluate(onScreen)).toBeGreaterThan(24);
    const loaded = '[...document.querySelectorAll(".card img")].filter((one) => one.naturalWidth > 0).length';
    expect(await page.evaluate(loaded)).toBeLessThan(200);
    await size.press('End');
    await expect.poll(() => page.evaluate(onScreen)).toBeLessThan(9);
    // The choice is kept.
    await page.reload();
    expect(await size.inputValue()).toBe('7');
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('is scrolled from one end to the other without a scene that is not drawn when it is on the screen', async () => {
    const { page, complaints } = await openPage(browser, url, { width: 1440, height: 900 });
    await page.getByRole('slider', { name: 'Size of the pictures' }).press('Home');
    const seen = await page.evaluate<{ scenes: number; most: number }>(`(async () => {
      const scenes = new Set();
      let most = 0;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      for (;;) {
        await frame();
        for (const link of document.querySelectorAll('.card a')) {
          const { top, bottom } = link.getBoundingClientRect();
          if (bottom > 0 && top < innerHeight) scenes.add(link.getAttribute('href'));
        }
        most = Math.max(most, document.querySelectorAll('*').length);
        const before = scrollY;
        scrollBy(0, innerHeight * 0.8);
        if (scrollY === before) return { scenes: scenes.size, most };
      }
    })()`);
    expect(seen.scenes).toBe(SCENES);
    expect(seen.most).toBeLessThan(3000);
    await page.close();
    expect(complaints).toEqual([]);
  }, 120_000);

  it('is found in by filter, by keys and by address', async () => {
    const { page, complaints } = await openPage(browser, url, { width: 1440, height: 900 });
    await page.locator('.card a').first().focus();
    await page.keyboard.press('End');
    const last = await focused(page);
    expect(last).toMatch(/^#scene=/);
    expect(await page.evaluate('scrollY > 10_000')).toBe(true);
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).not.toBe(last);
    await page.keyboard.press('End');
    expect(await focused(page)).toBe(last);
    // What has the focus stays in the page when it is scrolled away.
    await page.evaluate('scrollTo(0, 0)');
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toMatch(/^#scene=/);
    await page.evaluate('scrollTo(0, 20_000)');
    await page.getByRole('searchbox').fill('lantern weir brass');
    await expect
      .poll(() => page.getByRole('status').first().textContent())
      .toMatch(new RegExp(`^\\d+ of ${String(SCENES)} scenes$`));
    // The first hit is on the screen.
    await page.locator('.card:visible').first().waitFor();
    expect(await page.evaluate('scrollY < innerHeight')).toBe(true);
    await page.goto(`${url}${last}`);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toBe(last);
    await page.close();
    expect(complaints).toEqual([]);
  });
});
