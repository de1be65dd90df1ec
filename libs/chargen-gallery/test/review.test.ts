import { readdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveGallery, type ServedGallery } from '../src/server/serve.js';
import { expectAccessible, openPage, startBrowser } from './support/browser.js';
import { GalleryWorld } from './support/gallery-world.js';

const PICTURES = 37;
const FIRST = 'character/cidrella-vexweld/workshop-tinkering';

let world: GalleryWorld;
let browser: Browser;
let served: ServedGallery;

beforeAll(async () => {
  browser = await startBrowser();
  world = await GalleryWorld.sample();
  await start();
}, 90_000);

async function start(): Promise<void> {
  served = await serveGallery({
    workspace: world.workspace,
    env: world.files.environment(),
    now: Date.now,
  });
}

afterAll(async () => {
  await served.close();
  await browser.close();
  await world.remove();
});

async function open(scene: string, options: { width?: number; height?: number } = {}): Promise<Page> {
  const { page } = await openPage(browser, `${served.url}#scene=${scene}`, options);
  await page.waitForSelector('html[data-served]');
  return page;
}

/** The approvals of an entity, as its file has them. */
async function lines(entity: string): Promise<Record<string, unknown>[]> {
  const text = await world.files.read(`content/${entity}/approval.jsonl`);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const SHOWS_ANOTHER = 'chapter/the-hour-that-stopped/dial-stands-still';

const counter = (page: Page): Promise<string> => page.locator('.counter').innerText();
const title = (page: Page): Promise<string> => page.locator('#scene-title').innerText();

/** What is seen of the large picture. */
function pixels(page: Page): Promise<string> {
  return page.evaluate<string>(`(async () => {
    const image = document.querySelector('.stage img');
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL();
  })()`);
}

/** Until the server has written all that was decided. */
async function review(entity: string, scene: string): Promise<unknown> {
  return (await lines(entity).catch(() => [])).find((line) => line['scene'] === scene)?.['verdict'];
}

describe('a review by keys', () => {
  it('takes steps back, one after the other, and leaves no line behind', async () => {
    const page = await open(FIRST);
    const first = await title(page);
    await page.keyboard.press('g');
    await expect.poll(() => title(page)).not.toBe(first);
    await page.keyboard.press('r');
    await expect.poll(() => counter(page)).toBe(`2 of ${String(PICTURES)} reviewed`);
    await page.keyboard.press('u');
    await page.keyboard.press('u');
    await expect.poll(() => title(page)).toBe(first);
    await expect.poll(() => counter(page)).toBe(`0 of ${String(PICTURES)} reviewed`);
    await page.getByText(`“${first}” is unreviewed again.`).waitFor();
    expect(await world.files.read('content/characters/cidrella-vexweld/approval.jsonl')).toBe('');
    expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
    await page.close();
  });

  it('keeps a note with the rejection, and a note that was begun when its field is closed', async () => {
    const page = await open(FIRST);
    const first = await title(page);
    await page.keyboard.press('n');
    await page.keyboard.type('six fingers, # and <b>two</b> lamps');
    await page.keyboard.press('Escape');
    // Neither the picture nor the words are gone.
    expect(await title(page)).toBe(first);
    await page.keyboard.press('n');
    const field = page.getByLabel('What is wrong with this picture?');
    expect(await field.inputValue()).toBe('six fingers, # and <b>two</b> lamps');
    // Its button leads back into the field.
    await page.getByRole('button', { name: 'Note', exact: true }).click();
    await page.keyboard.press('Enter');
    await expect.poll(() => review('characters/cidrella-vexweld', 'workshop-tinkering')).toBe('rejected');
    const [line] = await lines('characters/cidrella-vexweld');
    expect(line?.['note']).toBe('six fingers, # and <b>two</b> lamps');
    await page.keyboard.press('u');
    await expect.poll(() => review('characters/cidrella-vexweld', 'workshop-tinkering')).toBe(undefined);
    await page.close();
  });

  it('shows in a second page what is decided in the first', async () => {
    const [one, two] = [await open(FIRST), await open(FIRST)];
    await one.keyboard.press('g');
    await expect.poll(() => counter(two)).toBe(`1 of ${String(PICTURES)} reviewed`);
    await one.keyboard.press('u');
    await expect.poll(() => counter(two)).toBe(`0 of ${String(PICTURES)} reviewed`);

    // What the second has decided meanwhile stays, though the first takes its own step back.
    const verdict = () => review('characters/cidrella-vexweld', 'workshop-tinkering');
    await one.keyboard.press('g');
    await expect.poll(() => counter(two)).toBe(`1 of ${String(PICTURES)} reviewed`);
    await two.keyboard.press('r');
    await one.getByText('1 picture to be made again').first().waitFor();
    await expect.poll(verdict).toBe('rejected');
    await one.keyboard.press('u');
    await one.getByText('1 picture stayed: decided anew since.').waitFor();
    expect(await verdict()).toBe('rejected');
    await world.files.write('content/characters/cidrella-vexweld/approval.jsonl', '');
    await expect.poll(() => counter(one)).toBe(`0 of ${String(PICTURES)} reviewed`);
    await Promise.all([one.close(), two.close()]);
  });

  it('shows at a reload what an editor just saved, and follows it without one', async () => {
    const page = await open('location/lantern-quay/establishing');
    const file = 'content/locations/lantern-quay/imagery.yaml';
    const before = await world.files.read(file);
    for (const title of ['The quay, first', 'The quay, second', 'The quay, third']) {
      await world.files.write(file, before.replace(/title: .*/, `title: ${title}`));
      await page.reload();
      await page.getByRole('heading', { name: title }).waitFor();
    }
    await page.getByText('What is asked for').click();
    await world.files.write(file, before.replace(/title: .*/, 'title: The quay, unasked'));
    await page.getByRole('heading', { name: 'The quay, unasked' }).waitFor();
    // What a reader has folded stays folded.
    const folded = page.locator('details:not([open]) > summary', { hasText: 'What is asked for' });
    expect(await folded.count()).toBe(1);
    await world.files.write(file, before);
    await page.close();
  });

  it('goes on in the same tab after the server was started again', async () => {
    const page = await open(FIRST);
    await served.close();
    await page.getByText('The server is gone.').waitFor();
    await start();
    await page.getByText('The server is gone.').waitFor({ state: 'hidden', timeout: 30_000 });
    await page.keyboard.press('g');
    await expect.poll(() => review('characters/cidrella-vexweld', 'workshop-tinkering')).toBe('approved');
    await page.keyboard.press('u');
    await expect.poll(() => review('characters/cidrella-vexweld', 'workshop-tinkering')).toBe(undefined);
    await page.close();
  });

  it('decides nothing about a picture that is no longer the one that is shown', async () => {
    const folder = 'content/locations/lantern-quay/images';
    const names = await readdir(world.files.path(folder));
    const path = `${folder}/${names.find((name) => /^establishing\.(?:png|jpg|webp)$/.test(name)) ?? ''}`;
    const shown = await open('location/lantern-quay/establishing');
    const before = await world.files.bytes(path);
    await world.files.write(path, Buffer.concat([before, Buffer.from('edited')]));
    await shown.keyboard.press('g');
    await shown
      .getByText('location/lantern-quay/establishing has another picture by now. Look at it first.')
      .waitFor();
    await expect.poll(() => counter(shown)).toBe(`0 of ${String(PICTURES)} reviewed`);
    await world.files.write(path, before);
    await shown.close();
  });

  it('uses another take by its number, takes that back, and pays nothing', async () => {
    const file = 'content/locations/lantern-quay/imagery.yaml';
    const billed = world.service.billed().length;
    const page = await open('location/lantern-quay/establishing');
    await expect.poll(() => page.locator('.takes li').count()).toBe(2);
    const drawn = await pixels(page);
    await page.keyboard.press('2');
    await page.getByText(/^Take 2 is the picture now\. Shown by .*pays for\.$/).waitFor();
    await page.locator('.takes li[aria-current]').getByText('Take 2, the picture').waitFor();
    expect(await world.files.read(file)).toMatch(/id: establishing\n(?: {4}.*\n)*? {4}take: 2\n/);
    // Its file has the same name, so a browser would go on to show what it had loaded from there.
    await expect.poll(() => pixels(page)).not.toBe(drawn);
    await page.keyboard.press('7');
    await page.getByText(/^Take 7 of .* was never made/).waitFor();
    await page.keyboard.press('u');
    await page.locator('.takes li[aria-current]').getByText('Take 1, the picture').waitFor();
    expect(await world.files.read(file)).toMatch(/take: 1\n/);
    expect(world.service.billed()).toHaveLength(billed);
    await page.close();
  });

  it('compares beside each other, at the same place of both, and shows several', async () => {
    const shown = await open(SHOWS_ANOTHER);
    await shown.keyboard.press('c');
    await expect.poll(() => shown.locator('.two-up figure').count()).toBe(2);
    await shown.keyboard.press('z');
    // Each stays in its half.
    const edges = await shown.evaluate<readonly number[]>(
      `[...document.querySelectorAll('.two-up .frame')].map((frame, n) => frame.getBoundingClientRect()[n === 0 ? 'right' : 'left'])`,
    );
    expect(edges[0]).toBeLessThan(edges[1] ?? 0);
    const places = (): Promise<readonly number[]> =>
      shown.evaluate<readonly number[]>(
        `[...document.querySelectorAll('.two-up .frame')].map(({ scrollTop, scrollHeight, clientHeight }) => Math.round((10 * scrollTop) / (scrollHeight - clientHeight)))`,
      );
    // A picture that is loaded only now stays where its reader has moved it, and so it does if a browser reports only now
    // that the page has centred the other one.
    await shown.evaluate(`const [first, second] = document.querySelectorAll('.two-up .frame');
      first.scrollTop = 10_000;
      first.querySelector('img').dispatchEvent(new Event('load'));
      second.dispatchEvent(new Event('scroll'))`);
    await expect.poll(places).toEqual([10, 10]);
    await shown.keyboard.press('z');
    await shown.keyboard.press('s');
    await expect.poll(() => shown.locator('.survey button').count()).toBe(6);
    await expectAccessible(shown);
    await shown.keyboard.press('s');
    await shown.close();
  });

  it('asks again for rejected pictures in one dialog with a difference for each, and then shows the run', async () => {
    const page = await open('location/lantern-quay/establishing');
    for (const note of ['a second lamp', 'too dark']) {
      await page.keyboard.press('n');
      await page.keyboard.type(note);
      await page.keyboard.press('Enter');
    }
    await page.getByRole('button', { name: 'Ask again for them …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make these pictures again' });
    await dialog.getByRole('button', { name: 'Write 2 changes and look at the run' }).waitFor();
    expect(await dialog.locator('.diff-line.new code').allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringContaining('take 1 rejected: a second lamp'),
        expect.stringContaining('take 1 rejected: too dark'),
      ]),
    );
    await expectAccessible(page);
    let applied = 0;
    await page.route('**/api/apply', (route) => {
      applied += 1;
      return applied === 2
        ? route.fulfill({ json: { kind: 'conflict', message: 'The file was changed.' } })
        : route.continue();
    });
    await dialog.getByRole('button', { name: 'Write 2 changes and look at the run' }).click();
    const run = page.getByRole('dialog', { name: 'Make pictures' });
    // What was not written is asked first, although the plan of what was written could be shown by now.
    await page.getByText('1 picture to be made again').waitFor();
    await dialog.getByText('The file was changed. 1 change of 2 is written.').waitFor();
    expect(await run.count()).toBe(0);
    await dialog.getByRole('button', { name: 'Look at the file again' }).click();
    await dialog.getByRole('button', { name: 'Write 1 change and look at the run' }).click();
    await run.getByText(/^This run makes 2 pictures/).waitFor();
    // Who shows one of them is asked for anew by a later run: said before this one is paid.
    await run.getByText(/^After it, \d+ scenes? that/).waitFor();
    await run.getByRole('button', { name: 'Cancel' }).click();
    await run.waitFor({ state: 'hidden' });
    await page.locator('.lightbox .panel').focus();
    await page.keyboard.press('u');
    await page.keyboard.press('u');
    await expect.poll(() => counter(page)).toBe(`0 of ${String(PICTURES)} reviewed`);
    await expect.poll(() => world.files.read('content/locations/lantern-quay/approval.jsonl')).toBe('');
    await page.close();
  });

  it('decides for many at once: by click, by Shift and by filter, each one step to take back', async () => {
    const { page, complaints } = await openPage(browser, served.url);
    await page.waitForSelector('html[data-served]');
    const bar = page.getByRole('group', { name: 'Chosen scenes' });
    const approved = page.locator('.card .badge.approved');
    const keepsFocus = () => page.evaluate<boolean>('document.activeElement !== document.body');
    let clicks = 0;
    const click = async (name: string | RegExp): Promise<void> => {
      clicks += 1;
      await page.getByRole('button', { name }).click();
    };
    await click('Choose all');
    await bar.getByText(`${String(PICTURES)} scenes chosen`).waitFor();
    await click(/^Approve$/);
    expect(clicks).toBe(2);
    await expect.poll(() => approved.count()).toBe(PICTURES);
    await page.getByText(`${String(PICTURES)} pictures approved.`).waitFor();
    // The button that had the focus is gone.
    expect(await keepsFocus()).toBe(true);
    await expect.poll(async () => (await lines('characters/cidrella-vexweld')).length).toBeGreaterThan(1);
    await bar.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => approved.count()).toBe(0);
    await expect.poll(() => world.files.read('content/characters/cidrella-vexweld/approval.jsonl')).toBe('');
    await click('Choose none');
    expect(await keepsFocus()).toBe(true);

    // With Shift all between: four of them; a filter adds what it shows.
    await page.getByRole('checkbox').nth(1).click();
    await page
      .getByRole('checkbox')
      .nth(4)
      .click({ modifiers: ['Shift'] });
    await bar.getByText('4 scenes chosen').waitFor();
    // One that was chosen before stays chosen, and its box says so.
    const box = page.getByRole('checkbox').nth(3);
    await box.click({ modifiers: ['Shift'] });
    await bar.getByText('4 scenes chosen').waitFor();
    expect(await box.isChecked()).toBe(true);
    await click('Choose none');
    await page.getByRole('button', { name: /^Locations/ }).click();
    await page.getByRole('button', { name: /^Choose these \d+$/ }).click();
    const locations = await page.locator('.card:visible').count();
    await bar.getByText(`${String(locations)} scenes chosen`).waitFor();
    await bar.getByRole('button', { name: /^Reject$/ }).click();
    await page
      .getByText(`${String(locations)} pictures to be made again`)
      .first()
      .waitFor();
    await bar.getByRole('button', { name: 'Undo' }).click();
    await click('Choose none');

    // By keys: x begins, Shift and arrows go on.
    await page.locator('.card a').first().focus();
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowRight');
    await bar.getByText('2 scenes chosen').waitFor();
    await expectAccessible(page);
    const file = 'content/locations/lantern-quay/imagery.yaml';
    const before = await world.files.read(file);
    await bar.getByRole('button', { name: /^Lock$/ }).click();
    await page.getByText('2 scenes are locked.').waitFor();
    await page.reload();
    // What was chosen is still chosen.
    await bar.getByText('2 scenes chosen').waitFor();
    await bar.getByRole('button', { name: /^Unlock$/ }).click();
    await page.getByText('2 scenes are unlocked.').waitFor();
    expect(await world.files.read(file)).toBe(before);
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('is worked by a finger: it chooses, opens, goes on to the next picture and decides', async () => {
    const phone = { width: 400, height: 800, touch: true };
    const { page, complaints } = await openPage(browser, served.url, phone);
    await page.waitForSelector('html[data-served]');
    const finger = await page.context().newCDPSession(page);
    const touch = (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      ...touchPoints: { x: number; y: number }[]
    ) => finger.send('Input.dispatchTouchEvent', { type, touchPoints });
    const tooSmall = () =>
      page.evaluate<string[]>(`[...document.querySelectorAll('button, input, select, summary, a')]
        .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== 'inline')
        .filter((one) => one.closest('dialog, body').matches(document.querySelector('dialog[open]') ? 'dialog' : 'body'))
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 23.9 || height < 23.9)
        .map(([one, { width, height }]) => one.outerHTML.slice(0, 90) + width + 'x' + height)`);

    await page.getByRole('checkbox').first().tap();
    const bar = page.getByRole('group', { name: 'Chosen scenes' });
    await bar.getByText('1 scene chosen').waitFor();
    // One row, that a finger moves to the side.
    expect((await bar.boundingBox())?.height).toBeLessThan(60);
    expect(await tooSmall()).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    // A finger that rests on a picture chooses it, too. A telephone reports it like this; a Chromium that emulates one does not.
    const cards = page.locator('.card .open');
    const rest = `new PointerEvent('contextmenu', { pointerType: 'touch', bubbles: true, cancelable: true })`;
    expect(await page.evaluate(`document.querySelectorAll('.card .open')[1].dispatchEvent(${rest})`)).toBe(
      false,
    );
    await bar.getByText('2 scenes chosen').waitFor();
    await bar.getByRole('button', { name: 'Choose none' }).tap();

    // No button comes under the finger that taps.
    const box = await cards.first().boundingBox();
    await cards.first().tap({ position: { x: (box?.width ?? 0) - 20, y: 20 } });
    await page.getByRole('dialog').waitFor();
    expect(await page.locator('.card-tools').count()).toBe(0);
    // The picture that the link is around is still loading.
    await expect.poll(tooSmall).toEqual([]);
    const first = await title(page);
    await page.getByRole('button', { name: 'Good' }).tap();
    await expect.poll(() => counter(page)).toBe(`1 of ${String(PICTURES)} reviewed`);
    await page.getByRole('button', { name: 'Undo' }).tap();
    await expect.poll(() => counter(page)).toBe(`0 of ${String(PICTURES)} reviewed`);
    await expect.poll(() => title(page)).toBe(first);
    const stage = await page.locator('.stage').boundingBox();
    const at = (share: number) => ({
      x: (stage?.x ?? 0) + share * (stage?.width ?? 0),
      y: (stage?.y ?? 0) + (stage?.height ?? 0) / 2,
    });
    const swipe = async (...shares: number[]): Promise<void> => {
      for (const [n, share] of shares.entries()) await touch(n === 0 ? 'touchStart' : 'touchMove', at(share));
      await touch('touchEnd');
    };
    await swipe(0.8, 0.6, 0.4, 0.2);
    await expect.poll(() => title(page)).not.toBe(first);
    await swipe(0.2, 0.4, 0.6, 0.8);
    await expect.poll(() => title(page)).toBe(first);
    // Two fingers enlarge the picture; then one moves about in it, and opens no other.
    const pinch = async (...widths: number[]): Promise<void> => {
      for (const [n, width] of widths.entries())
        await touch(n === 0 ? 'touchStart' : 'touchMove', at(0.5 - width / 2), at(0.5 + width / 2));
      await touch('touchEnd');
    };
    const scale = () => page.evaluate<number>('visualViewport.scale');
    await pinch(0.2, 0.4, 0.6, 0.8);
    await expect.poll(scale).toBeGreaterThan(1.1);
    await swipe(0.6, 0.5, 0.4, 0.3);
    expect(await title(page)).toBe(first);
    const pinchedBack = async (): Promise<number> => {
      await pinch(0.8, 0.5, 0.2, 0.02);
      return scale();
    };
    await expect.poll(pinchedBack).toBeLessThan(1.02);
    expect(await page.evaluate('document.querySelector("dialog[open]").scrollWidth <= innerWidth')).toBe(
      true,
    );
    // A tap right behind a swipe only ends its movement: Chromium makes no click of it.
    const lightbox = page.locator('.lightbox');
    const close = async (): Promise<boolean> => {
      if (await lightbox.isVisible()) await lightbox.locator('.close').tap();
      return lightbox.isVisible();
    };
    await expect.poll(close).toBe(false);
    await expect
      .poll(() => world.files.read(`content/chapters/the-hour-that-stopped/approval.jsonl`))
      .toBe('');
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('gets through 37 pictures with at most 45 key presses', async () => {
    const { page, complaints } = await openPage(browser, served.url);
    await page.waitForSelector('html[data-served]');
    let presses = 0;
    const press = async (key: string): Promise<void> => {
      presses += 1;
      await page.keyboard.press(key);
    };
    await page.locator('.card a').first().focus();
    await press('Enter');
    await page.locator('.counter').waitFor();
    expect(await counter(page)).toBe(`0 of ${String(PICTURES)} reviewed`);
    for (let n = 0; n < PICTURES; n += 1) await press(n % 9 === 4 ? 'r' : 'g');
    await expect.poll(() => counter(page)).toBe(`${String(PICTURES)} of ${String(PICTURES)} reviewed`);
    expect(presses).toBeLessThanOrEqual(45);
    // What is shown is written, also for who loads the page anew.
    await expect.poll(async () => (await lines('characters/cidrella-vexweld')).length).toBeGreaterThan(1);
    await page.getByText('All of these pictures are reviewed.').waitFor();
    await expectAccessible(page);
    await page.close();
    expect(complaints).toEqual([]);
  });
});
