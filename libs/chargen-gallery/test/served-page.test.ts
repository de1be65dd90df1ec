import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveGallery, type ServedGallery } from '../src/server/serve.js';
import { expectAccessible, openPage, startBrowser } from './support/browser.js';
import { FILES, GalleryWorld } from './support/gallery-world.js';

let world: GalleryWorld;
let browser: Browser;
let served: ServedGallery;

beforeAll(async () => {
  browser = await startBrowser();
  world = await GalleryWorld.create();
  await world.files.write(
    'content/locations/reed-causeway/imagery.yaml',
    await readFile(new URL('../../chargen-core/test/fixtures/dialects/l5.yaml', import.meta.url)),
  );
  served = await serveGallery({
    workspace: world.workspace,
    port: 0,
    env: world.files.environment(),
    now: Date.now,
  });
}, 90_000);

afterAll(async () => {
  await served.close();
  await browser.close();
  await world.remove();
});

/** Opens a scene, once the page knows of its server. */
async function openScene(scene: string): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, `${served.url}#scene=${scene}`);
  await opened.page.waitForSelector('html[data-served]');
  return opened;
}

function text(file: string): Promise<string> {
  return readFile(world.files.path(file), 'utf8');
}

/** The lines that a shown difference takes away and adds. */
async function difference(dialog: Locator): Promise<{ gone: string[]; added: string[] }> {
  await dialog.getByRole('button', { name: 'Write it' }).waitFor();
  return {
    gone: await dialog.locator('.diff-line.gone code').allTextContents(),
    added: await dialog.locator('.diff-line.new code').allTextContents(),
  };
}

async function write(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: 'Write it' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

describe('the page with a server', () => {
  it('locks a scene and unlocks it again, leaving the file byte for byte as it was', async () => {
    const before = await text(FILES.ione);
    const { page, complaints } = await openScene('character/ione/at-the-oar');
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    const lock = page.getByRole('dialog', { name: 'Lock “At the oar”' });
    expect(await difference(lock)).toEqual({ gone: [], added: ['    locked: true'] });
    await write(lock);
    const unlock = page.getByRole('button', { name: 'Unlock' });
    await unlock.waitFor();
    expect(await text(FILES.ione)).not.toBe(before);
    await unlock.click();
    const dialog = page.getByRole('dialog', { name: 'Unlock “At the oar”' });
    expect(await difference(dialog)).toEqual({ gone: ['    locked: true'], added: [] });
    await write(dialog);
    await page.getByRole('button', { name: 'Lock', exact: true }).waitFor();
    expect(await text(FILES.ione)).toBe(before);
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('keeps the details that it shows when new ones cannot be loaded, with the warning beside them', async () => {
    const before = await text(FILES.ione);
    const { page } = await openScene('character/ione/at-the-oar');
    const panel = page.getByRole('region', { name: 'About this scene' });
    const prompt = panel.getByRole('heading', { name: 'Prompt, and where each part comes from' });
    await prompt.waitFor();
    await page.route('**/details/*.js*', (route) => route.abort());
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await write(page.getByRole('dialog', { name: 'Lock “At the oar”' }));
    const alert = panel.getByRole('alert').filter({ hasText: 'cannot be loaded' });
    await alert.waitFor();
    expect(await prompt.isVisible()).toBe(true);
    await page.unroute('**/details/*.js*');
    await world.files.write(FILES.ione, before);
    await alert.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Lock', exact: true }).waitFor();
    expect(await prompt.isVisible()).toBe(true);
    await page.close();
  });

  it('rejects a picture with a note that stands beside the raised take', async () => {
    const { page } = await openScene('character/ione/lamp');
    await page.getByRole('button', { name: 'Reject …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reject the picture of “The lamp”' });
    await dialog.getByLabel(/What is wrong/).fill('six fingers, # and <b>two</b> lamps');
    await dialog.getByRole('button', { name: /Show what changes/ }).click();
    expect(await difference(dialog)).toEqual({
      gone: [],
      added: ['    # take 1 rejected: six fingers, # and <b>two</b> lamps', '    take: 2'],
    });
    await write(dialog);
    const lightbox = page.getByRole('dialog', { name: 'The lamp' });
    await lightbox.getByText('Rejected: six fingers, # and <b>two</b> lamps').first().waitFor();
    await lightbox.getByText('What it asks for has changed').waitFor();
    await page.close();
  });

  it('raises take to roll again', async () => {
    const { page } = await openScene('location/low-quay/establishing');
    await page.getByRole('button', { name: 'Roll again' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll “The quay at dawn” again' });
    expect(await difference(dialog)).toEqual({ gone: [], added: ['    take: 2'] });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await text(FILES.quay)).not.toContain('take');
    await page.close();
  });

  it('edits a prompt in the style in which its author wrote it', async () => {
    const before = await text(FILES.ione);
    const { page } = await openScene('character/ione/lamp');
    await page.getByRole('button', { name: 'Edit prompt …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prompt of “The lamp”' });
    const field = dialog.getByLabel(/What to paint/);
    await field.fill(
      (await field.inputValue()).replace('a stranger', 'two strangers: one "old" & one young'),
    );
    await dialog.getByRole('button', { name: /Show what changes/ }).click();
    await difference(dialog);
    await write(dialog);
    const after = await text(FILES.ione);
    expect(after).toContain(
      '    prompt: >\n      Ione lowers a lantern, only to look at two strangers: one "old" & one young, who stands on the quay with\n' +
        '      his back to the water and does not turn around.\n',
    );
    const [start, end] = ['  - id: lamp\n', '    aspect_ratio: "16:9"'];
    expect(after.slice(0, after.indexOf(start))).toBe(before.slice(0, before.indexOf(start)));
    expect(after.slice(after.indexOf(end))).toBe(before.slice(before.indexOf(end)));
    await page.close();
  });

  it('says where a prompt is written that is put together from several fields', async () => {
    const { page, complaints } = await openScene('location/reed-causeway/toll-pole');
    await page.getByRole('button', { name: 'Where to edit the prompt …' }).click();
    const dialog = page.getByRole('dialog', { name: /^Prompt of/ });
    expect(await dialog.getByRole('listitem').allTextContents()).toContain(
      'To be seen: content/locations/reed-causeway/imagery.yaml zones[0].description',
    );
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('adds a scene at the end of the list', async () => {
    const before = await text(FILES.quay);
    const { page } = await openPage(browser, served.url);
    await page.getByRole('button', { name: 'Add a scene to The Low Quay' }).click();
    const dialog = page.getByRole('dialog', { name: 'A new scene of The Low Quay' });
    // What turns the direction of letters turns none but its own.
    await dialog.getByLabel('Title', { exact: true }).fill('Ébb tide, at last \u202e');
    const id = dialog.getByLabel(/^Id/);
    expect(await id.inputValue()).toBe('ebb-tide-at-last');
    // Another id can be typed in its place; one that was taken away follows the title again.
    await id.fill('');
    await id.pressSequentially('low');
    expect(await id.inputValue()).toBe('low');
    await id.fill('');
    expect(await id.inputValue()).toBe('');
    await dialog.getByLabel('Title', { exact: true }).fill('Ébb tide, at last \u202e.');
    await dialog.getByLabel('Title', { exact: true }).fill('Ébb tide, at last \u202e');
    expect(await id.inputValue()).toBe('ebb-tide-at-last');
    await dialog.getByLabel('What to paint').fill('Mud, and one gull.');
    await dialog.getByRole('button', { name: /Show what changes/ }).click();
    const { gone, added } = await difference(dialog);
    expect(gone).toEqual([]);
    await write(dialog);
    const after = await text(FILES.quay);
    for (const line of added) expect(after).toContain(`${line}\n`);
    expect(after.replace(`${added.join('\n')}\n`, '')).toBe(before);
    await page.getByRole('link', { name: /^Ébb tide, at last/ }).waitFor();
    expect(await page.locator('.card bdi').count()).toBe(1);
    await page.close();
  });

  it('writes nothing when the file was changed between the difference and the order to write it', async () => {
    const { page } = await openScene('location/low-quay/establishing');
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /^Lock/ });
    await difference(dialog);
    await world.files.edit(FILES.quay, 'A low stone quay in fog', 'A low stone quay in rain');
    const changed = await text(FILES.quay);
    await dialog.getByRole('button', { name: 'Write it' }).click();
    await dialog.getByText('The file was changed meanwhile').waitFor();
    expect(await text(FILES.quay)).toBe(changed);
    await dialog.getByRole('button', { name: 'Look at the file again' }).click();
    expect(await difference(dialog)).toEqual({ gone: [], added: ['    locked: true'] });
    await write(dialog);
    expect(await text(FILES.quay)).toContain('A low stone quay in rain');
    await page.close();
  });

  it('chooses an open scene for a run, with the run in reach of the open dialog', async () => {
    const { page, complaints } = await openScene('character/ione/storm');
    const lightbox = page.getByRole('dialog', { name: 'The storm' });
    const choose = lightbox.getByRole('button', { name: 'Choose for a run' });
    expect(await lightbox.getByRole('button', { name: /^Reject/ }).count()).toBe(0);
    await choose.click();
    expect(await choose.getAttribute('aria-pressed')).toBe('true');
    await lightbox.getByRole('button', { name: 'Make their pictures …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make pictures' });
    await dialog.getByText('This run makes 1 picture:').waitFor();
    expect(await dialog.getByRole('listitem').allTextContents()).toContainEqual(
      expect.stringMatching(/^Ione Marsh: The storm \$0\.\d+; it was never made$/),
    );
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await lightbox.getByRole('button', { name: 'Choose none' }).click();
    expect(await choose.getAttribute('aria-pressed')).toBe('false');
    await choose.click();
    await lightbox.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('complementary', { name: 'Run' }).getByText('1 scene chosen').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Choose The storm' }).isChecked()).toBe(true);
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('asks about a picture that was edited with the focus on a button that changes nothing', async () => {
    const { page, complaints } = await openScene('location/low-quay/repainted');
    const opener = page.getByRole('button', { name: 'Keep or discard …' });
    await opener.click();
    const dialog = page.getByRole('dialog', { name: 'A picture that was edited' });
    await dialog.locator('.settle img').first().waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Cancel');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Keep or discard …');
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('starts a run of chosen scenes, shows how far it is and then its pictures', async () => {
    const { page, complaints } = await openPage(browser, served.url);
    const card = page.locator('.card').filter({ hasText: 'Arrival, The First Crossing' }).first();
    expect(await card.getByText('Preview only').isVisible()).toBe(true);
    await page.getByRole('checkbox', { name: 'Choose Arrival' }).check();
    await page.getByRole('button', { name: 'Make their pictures …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make pictures' });
    // The chosen scene alone: what shows it, in the same chapter, waits for a run of its own.
    await dialog.getByText('This run makes 1 picture:').waitFor();
    const [made, ...others] = await dialog.locator('.run-list li').allTextContents();
    expect([made, others]).toEqual([expect.stringMatching(/^The First Crossing: Arrival \$/), []]);
    // A picture that a person changed stops every run until its owner has said what is to become of it.
    const start = dialog.getByRole('button', { name: 'Start the run' });
    await dialog.getByText('location/low-quay/repainted was edited').waitFor();
    // Its own picture, and the one that was made.
    await expect.poll(() => dialog.locator('.settle img').count()).toBe(2);
    expect(await start.isDisabled()).toBe(true);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Discard it (a copy is kept)' }).click();
    await dialog.getByText('location/low-quay/repainted was edited').waitFor({ state: 'hidden' });
    await start.and(page.locator(':enabled')).click();
    const run = page.getByRole('complementary', { name: 'Run' });
    await run.getByRole('progressbar').waitFor();
    await run
      .getByText(/1 picture made/)
      .first()
      .waitFor({ timeout: 50_000 });
    await card.getByText('Done').waitFor();
    await run.getByText('Output', { exact: true }).click();
    expect(await run.locator('pre').textContent()).toContain('first-crossing');
    await run.getByRole('button', { name: 'Close the result' }).click();
    await run.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement !== document.body')).toBe(true);
    await page.close();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('makes a picture now, for the price that it states', async () => {
    const { page, complaints } = await openScene('chapter/first-crossing/after-arrival');
    await page.getByRole('button', { name: /^Make now, about \$0\.\d+ …$/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Make now' });
    await dialog.getByText('full price').or(dialog.getByText('twice the batch price')).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: /^Make 1 picture now, about \$0\.\d+/ }).click();
    await page
      .getByText(/^1 picture made now, \$0\.\d+\.$/)
      .first()
      .waitFor();
    await page.getByText('it was made from what its file asks for now', { exact: false }).first().waitFor();
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('keeps what was typed when its form is closed, until it is written', async () => {
    const { page } = await openScene('character/ione/lamp');
    const edit = page.getByRole('button', { name: 'Edit prompt …' });
    await edit.click();
    const dialog = page.getByRole('dialog', { name: 'Prompt of “The lamp”' });
    await dialog.getByLabel(/What to paint/).fill('A lamp, and nothing else.');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // The same button has the focus again.
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Edit prompt …');
    await page.keyboard.press('Enter');
    expect(await dialog.getByLabel(/What to paint/).inputValue()).toBe('A lamp, and nothing else.');
    await dialog.getByText('What you typed before is still here.').waitFor();
    // The browser reports a moment later that it has closed a dialog: what was asked for since stays open.
    await page.evaluate(`document.querySelector('dialog.question').close();
      document.activeElement.click();
      new Promise((resolve) => setTimeout(resolve))`);
    expect(await dialog.getByLabel(/What to paint/).inputValue()).toBe('A lamp, and nothing else.');
    await page.close({ runBeforeUnload: false });
  });

  it('retries what was refused, with the change in its file first', async () => {
    const { page } = await openScene('character/ione/toll');
    await page.getByRole('button', { name: 'Retry …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make these pictures again' });
    await dialog.getByRole('button', { name: 'Write 1 change and look at the run' }).waitFor();
    expect(await dialog.locator('.diff-line.new code').allTextContents()).toEqual(['    attempt: 2']);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.close();
  });

  it('adopts a picture that lies beside a scene without one', async () => {
    const images = 'content/characters/ione/images';
    await world.files.write(`${images}/storm-old.png`, await world.files.bytes(`${images}/portrait.png`));
    const { page, complaints } = await openScene('character/ione/storm');
    await page.goto(`${served.url}#state=candidate`);
    await page.locator('.card.candidate:visible').first().waitFor();
    const id = await page.locator('.card.candidate a').first().getAttribute('href');
    await page.locator('.card.candidate').first().hover();
    await page.getByRole('button', { name: /^Adopt a picture: / }).click();
    const dialog = page.getByRole('dialog', { name: 'Adopt a picture' });
    await dialog.getByRole('button', { name: /^Use it: .*storm-old\.png$/ }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: /^Use it: / }).click();
    await page.getByText(/storm-old\.png is the picture of “.*” now\./).waitFor();
    expect(id).toContain('character/ione/');
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('gives axe nothing serious to say about a difference', async () => {
    const { page } = await openScene('chapter/first-crossing/departure');
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await difference(page.getByRole('dialog', { name: /^Lock/ }));
    await expectAccessible(page);
    await page.close();
  });

  it('says that the server was started again during its run, which it no longer watches', async () => {
    const { page } = await openPage(browser, served.url);
    const running = { kind: 'running', command: 'npx nx', phase: 'Google works on it', done: 0, total: 1 };
    const events = [running, { kind: 'idle' }].map(
      (status) => `data: ${JSON.stringify({ kind: 'status', status })}\n\n`,
    );
    await page.route('**/api/events', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: events.join('') }),
    );
    await page.reload();
    await page.getByText('no longer watches the run. What was sent to Google stays there').waitFor();
    await page.close();
  });

  it('says that the server is gone', async () => {
    const other = await serveGallery({ workspace: world.workspace, port: 0, env: {}, now: Date.now });
    const { page } = await openPage(browser, other.url);
    await page.waitForSelector('html[data-served]');
    await other.close();
    await page.getByText('The server is gone.').waitFor();
    await page.close();
  });
});
