import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GalleryReader } from '../src/data/collect.js';
import { writeGallery } from '../src/page/write-gallery.js';
import { expectAccessible, openPage, startBrowser } from './support/browser.js';
import { GalleryWorld, HOSTILE } from './support/gallery-world.js';

let world: GalleryWorld;
let browser: Browser;
let url: string;

beforeAll(async () => {
  browser = await startBrowser();
  world = await GalleryWorld.create();
  const gallery = await new GalleryReader(world.workspace).collect(0);
  url = pathToFileURL(await writeGallery(world.workspace, gallery)).href;
}, 90_000);

afterAll(async () => {
  await browser.close();
  await world.remove();
});

/** The scenes that can be seen, by title, in their order. */
async function shown(page: Page): Promise<string[]> {
  return page.locator('.card:visible .title').allTextContents();
}

async function closeClean(page: Page, complaints: readonly string[]): Promise<void> {
  await page.close();
  expect(complaints).toEqual([]);
}

describe('the page from the file system', () => {
  it('filters by state, type, entity, run, tag and text, and keeps each in the address', async () => {
    const { page, complaints } = await openPage(browser, url);
    const all = await shown(page);
    expect(all).toHaveLength(12);
    const press = (name: RegExp): Promise<void> => page.getByRole('button', { name }).click();

    await press(/^Failed/);
    await press(/^Refused/);
    expect(await shown(page)).toEqual(['The toll', 'The storm']);
    expect(page.url()).toContain('#state=failed&state=refused');
    await press(/^Show all$/);

    // A file that cannot be read is an error, though its scenes are not known.
    await press(/^Error ?2/);
    expect(await shown(page)).toEqual(['An old model']);
    expect(await page.getByText('half-written/imagery.yaml cannot be read').isVisible()).toBe(true);
    await page.getByRole('button', { name: /^Characters/ }).click();
    expect(await shown(page)).toEqual([]);
    expect(await page.getByText('No scene fits these filters.').isVisible()).toBe(false);
    await press(/^Show all$/);

    await press(/^Locations/);
    expect(await shown(page)).toEqual(['The quay at dawn', 'The quay repainted']);
    await press(/^Show all$/);

    await press(/^Ione Marsh/);
    expect(await shown(page)).toHaveLength(5);
    expect(page.url()).toContain('entity=character/ione');
    await press(/^Show all$/);

    await page.getByRole('combobox', { name: 'Run' }).selectOption(world.runs[1] ?? '');
    expect(await shown(page)).toContain('The lamp');
    expect(await shown(page)).not.toContain('At the oar');
    await press(/^Show all$/);

    await press(/^fog/);
    expect(await shown(page)).toEqual(['At the oar', 'The lamp']);
    await press(/^night/);
    expect(await shown(page)).toEqual(['The lamp']);
    await press(/^Show all$/);

    await page.getByRole('searchbox').fill('LANTERN quay');
    expect(await shown(page)).toEqual(['The lamp']);
    await page.getByRole('searchbox').fill('nothing has this');
    await expect.poll(() => page.getByText('No scene fits these filters.').isVisible()).toBe(true);
    await closeClean(page, complaints);
  });

  it('opens an address that was shared as it was looked at', async () => {
    const { page, complaints } = await openPage(browser, `${url}#type=character&tag=fog&q=lantern`);
    expect(await shown(page)).toEqual(['The lamp']);
    expect(await page.getByRole('searchbox').inputValue()).toBe('lantern');
    expect(await page.getByRole('button', { name: /^Characters/ }).getAttribute('aria-pressed')).toBe('true');
    await closeClean(page, complaints);
  });

  it('says in an open scene why it failed and what to try', async () => {
    const { page, complaints } = await openPage(browser, `${url}#scene=character/ione/toll`);
    const dialog = page.getByRole('dialog', { name: 'The toll' });
    await dialog.getByText('Tone the prompt down').waitFor();
    expect(await dialog.getByText('There is no picture yet.').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    const card = page.locator('.card').filter({ hasText: 'The toll' });
    expect(await card.getByText(/^Refused by the model/).isVisible()).toBe(true);
    await closeClean(page, complaints);
  });

  it('unfolds how an entity looks, and where its portrait is not as its author wrote', async () => {
    const { page, complaints } = await openPage(browser, url);
    const ione = page.locator('.entity').filter({ has: page.getByRole('heading', { name: 'Ione Marsh' }) });
    await ione.getByText('Not as canon: portrait').click();
    await ione.getByText('grey braids and a red scarf').waitFor();
    expect(await ione.getByText('The picture does not fit it (90% sure).').isVisible()).toBe(true);
    expect(await ione.getByText('the scarf is blue').isVisible()).toBe(true);
    expect(await ione.getByRole('img', { name: 'A ferrywoman looks up.' }).isVisible()).toBe(true);
    await expectAccessible(page);
    await closeClean(page, complaints);
  });

  it('shows the prompt with the source of each part, the references and how the picture was made', async () => {
    const { page, complaints } = await openPage(browser, `${url}#scene=character/ione/at-the-oar`);
    const dialog = page.getByRole('dialog', { name: 'At the oar' });
    await dialog.getByText('content/style.yaml style').waitFor();
    expect(await dialog.getByText('content/characters/ione/imagery.yaml scenes[0].prompt').isVisible()).toBe(
      true,
    );
    expect(await dialog.locator('.references img').count()).toBe(1);
    const run = dialog.getByRole('definition').filter({ hasText: world.runs[0] ?? '' });
    expect(await run.count()).toBe(1);
    const picture = dialog.locator('.stage img');
    await picture.waitFor();
    await expect
      .poll(() => page.evaluate('document.querySelector(".stage img").naturalWidth > 300'))
      .toBe(true);
    await closeClean(page, complaints);
  });

  it('compares a replaced picture with the one before, and the prompts word by word', async () => {
    const { page, complaints } = await openPage(browser, `${url}#scene=character/ione/lamp`);
    const dialog = page.getByRole('dialog', { name: 'The lamp' });
    await dialog.getByRole('button', { name: 'Compare with now' }).click();
    expect(page.url()).toContain('compare=');
    const slider = dialog.getByRole('slider');
    await slider.press('Home');
    expect(await slider.inputValue()).toBe('0');
    // Arrows belong to the slider here, not to the next scene.
    await slider.press('ArrowRight');
    expect(await dialog.getByRole('heading', { level: 2 }).textContent()).toBe('The lamp');
    const words = async (tag: string): Promise<string> =>
      (await dialog.locator(`.diff ${tag}`).allTextContents()).map((text) => text.trim()).join(' ');
    expect(await words('del')).toBe('lifts lamp');
    expect(await words('ins')).toBe('lowers lantern, only');
    const frame = '[...document.querySelectorAll(".compare-frame img")]';
    expect(await page.evaluate(`new Set(${frame}.map((one) => one.src)).size`)).toBe(2);
    await expect.poll(() => page.evaluate(`${frame}.every((one) => one.naturalWidth > 300)`)).toBe(true);
    await closeClean(page, complaints);
  });

  it('keeps hostile text as text', async () => {
    const { page, complaints } = await openPage(browser, `${url}#scene=chapter/first-crossing/hostile`);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { level: 2 }).filter({ hasText: HOSTILE }).waitFor();
    await dialog.locator('.piece.prompt .prose').filter({ hasText: HOSTILE }).waitFor();
    expect(await page.title()).toBe('Test world: gallery');
    expect(await page.locator('script:not([src]), svg[onload], img[onerror]').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').fill(HOSTILE);
    expect(await shown(page)).toEqual([HOSTILE]);
    await closeClean(page, complaints);
  });

  it('is worked by the keyboard alone', async () => {
    const { page, complaints } = await openPage(browser, url);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
    expect(await focused()).toBe('Departure, The First Crossing, Done');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toContain('Arrival');
    await page.keyboard.press('End');
    expect(await focused()).toContain('The quay repainted');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toMatch(/Ione Marsh/);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Departure' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('dialog', { name: 'Arrival' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('dialog', { name: 'The quay repainted' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(focused).toContain('The quay repainted');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(page.url()).not.toContain('scene=');
    await page.keyboard.press('/');
    await page.keyboard.type('oar');
    expect(await shown(page)).toEqual(['At the oar']);
    await closeClean(page, complaints);
  });

  it('offers no change and no run without a server', async () => {
    const { page, complaints } = await openPage(browser, `${url}#scene=character/ione/lamp`);
    await page.getByText('Earlier and now').waitFor();
    for (const name of [/^Lock$/, /^Reject/, /^Roll again/, /^Edit prompt/, /^Add a scene/]) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    }
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await closeClean(page, complaints);
  });

  it('goes on to the contact sheet of a run', async () => {
    const { page, complaints } = await openPage(browser, `${url}#run=${world.runs[0] ?? ''}`);
    await page.getByRole('link', { name: 'Contact sheet of this run' }).click();
    await page.getByRole('heading', { name: 'Contact sheet' }).waitFor();
    expect(await page.getByText('refused by the model (IMAGE_SAFETY)').isVisible()).toBe(true);
    const images = '[...document.images]';
    await page.evaluate(`${images}.forEach((one) => { one.loading = "eager"; })`);
    await expect.poll(() => page.evaluate(`${images}.every((one) => one.naturalWidth > 0)`)).toBe(true);
    await expectAccessible(page);
    await closeClean(page, complaints);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'gives axe nothing serious to say in %s colours, %i pixels wide',
    async (colorScheme, width) => {
      const { page, complaints } = await openPage(browser, url, { width, colorScheme });
      await expectAccessible(page);
      await page.getByRole('link', { name: /^The lamp/ }).click();
      await page.getByRole('button', { name: 'Compare with now' }).click();
      await expectAccessible(page);
      await closeClean(page, complaints);
    },
  );

  it('names a job that is stuck, with the command that moves it', async () => {
    const createdAt = '2026-11-28T14:02:00.000Z';
    const runId = await world.addJobAtGoogle(['0'.repeat(64)], createdAt);
    const later = Date.parse(createdAt) + 30 * 3_600_000;
    const gallery = await new GalleryReader(world.workspace).collect(later);
    await writeGallery(world.workspace, gallery);
    const { page, complaints } = await openPage(browser, url);
    const notice = page.getByRole('complementary', { name: 'Stuck jobs' });
    expect(await notice.getByText('batches/1 has been running for 30h 0m').isVisible()).toBe(true);
    expect(await notice.locator('code').textContent()).toBe(`npx chargen cancel ${runId} --and-retry`);
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 800 });
    // The page is laid out anew a moment after its size has changed.
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await closeClean(page, complaints);
  });

  it('scrolls in one direction only, however narrow it is', async () => {
    const { page, complaints } = await openPage(browser, url);
    const fits = (selector: string) =>
      page.evaluate(`document.querySelector("${selector}").scrollWidth <= innerWidth`);
    for (const width of [320, 390, 820, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      // The page is laid out anew a moment after its size has changed.
      await expect.poll(() => fits('html')).toBe(true);
      await page.getByRole('link', { name: /^The lamp/ }).click();
      await page.getByText('Earlier and now').waitFor();
      await expect.poll(() => fits('dialog[open]')).toBe(true);
      await page.keyboard.press('Escape');
    }
    await closeClean(page, complaints);
  });
});
