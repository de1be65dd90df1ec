import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escapeHtml, html } from '../src/sheet/html.js';
import { contactSheetPath, writeContactSheet } from '../src/sheet/contact-sheet.js';
import { GalleryWorld, HOSTILE } from './support/gallery-world.js';

let world: GalleryWorld;

beforeAll(async () => {
  world = await GalleryWorld.create();
}, 90_000);

afterAll(() => world.remove());

describe('the contact sheet of a run', () => {
  it('shows what the run made, refused and could not make, and leaves out what was done before', async () => {
    const [, second = ''] = world.runs;
    const outcome = await writeContactSheet(world.workspace, second);
    expect(outcome).toEqual({ kind: 'written', path: contactSheetPath(second) });
    const page = await world.files.read(contactSheetPath(second));
    expect(page).toContain('The lamp');
    expect(page).toContain('Google answered with error 13');
    expect(page).not.toContain('At the oar');
    expect(page).not.toContain('<script');
  });

  it('keeps showing the picture that the run made after another has replaced it', async () => {
    const [first = '', second = ''] = world.runs;
    const picture = async (run: string): Promise<string | undefined> => {
      await writeContactSheet(world.workspace, run);
      const page = await world.files.read(contactSheetPath(run));
      const cell = page.split('<li').find((one) => one.includes('character/ione/lamp'));
      return /src="\.\.\/(thumbs\/[0-9a-f]{64}\.webp)"/.exec(cell ?? '')?.[1];
    };
    const [before, now] = [await picture(first), await picture(second)];
    expect(before).toBeDefined();
    expect(now).toBeDefined();
    expect(before).not.toBe(now);
  });

  it('keeps hostile text as text', async () => {
    const [first = ''] = world.runs;
    await writeContactSheet(world.workspace, first);
    const page = await world.files.read(contactSheetPath(first));
    expect(page).not.toContain(HOSTILE);
    expect(page).toContain(escapeHtml(HOSTILE));
    expect(html`<p title="${'" onload="x'}">${'<b>'}</p>`.html).toBe(
      '<p title="&quot; onload=&quot;x">&lt;b&gt;</p>',
    );
  });

  it.each(['2020-01-01T00-00-00Z-abcdef', '../../etc', ''])(
    'says that there is no report of "%s"',
    async (run) => {
      const outcome = await writeContactSheet(world.workspace, run);
      expect(outcome.kind).toBe('no-report');
      expect(JSON.stringify(outcome)).toContain('chargen batch history');
    },
  );
});
