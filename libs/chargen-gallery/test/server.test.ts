import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, stat, symlink } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { DEFAULT_SETTINGS } from 'chargen-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { drawnPicture } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { GalleryReader, type GalleryWorkspace } from '../src/data/collect.js';
import type { Reviewed, ReviewOrder } from '../src/protocol.js';
import { serveGallery, type ServedGallery } from '../src/server/serve.js';

const FILE = 'content/characters/ione/imagery.yaml';
const SCENE = 'character/ione/oar';

let files: TestWorkspace;
let served: ServedGallery;
const WORKSPACE = (): GalleryWorkspace => ({
  root: files.root,
  contentRoot: 'content',
  styleFile: undefined,
  settings: DEFAULT_SETTINGS,
  generateTarget: 'generate',
});
let clock = 0;
let base: URL;
let token: string;

beforeAll(async () => {
  files = await TestWorkspace.create({
    files: {
      [FILE]:
        'entity_type: character\nname: Ione\nscenes:\n  - id: oar\n    title: Oar\n    prompt: One oar.\n',
      'content/characters/ione/images/oar.png': await drawnPicture('#123456'),
      'content/characters/ione/images/secret.png': await drawnPicture('#000000'),
      '.env': 'GEMINI_API_KEY=very-secret\n',
    },
  });
  await files.write('../outside.png', await drawnPicture('#ffffff'));
  await files.write(
    'content/locations/quay/imagery.yaml',
    'entity_type: location\nname: Quay\nscenes:\n  - id: linked\n    title: Linked\n    prompt: A quay.\n',
  );
  await files.write('content/locations/quay/images/.keep', '');
  await symlink(join(files.base, 'outside.png'), files.path('content/locations/quay/images/linked.png'));
  served = await serveGallery({
    workspace: WORKSPACE(),
    env: {},
    // No two moments are the same.
    now: () => (clock = Math.max(clock + 1, Date.now())),
  });
  base = new URL(served.url);
  token = base.pathname.split('/')[1] ?? '';
});

afterAll(async () => {
  await served.close();
  await files.remove();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request as anybody could send it: `fetch` would tidy the path and refuse to lie about Host and Origin. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const sent = request({ host: '127.0.0.1', port: base.port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function post(name: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(`/${token}/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base.origin, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const LOCK = { change: { kind: 'lock', scene: SCENE, locked: true } };

describe('the server', () => {
  it('gives the page and its pictures to who knows the token', async () => {
    expect(base.hostname).toBe('127.0.0.1');
    const page = await ask(base.pathname);
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect((await ask(`/${token}/content/characters/ione/images/oar.png`)).status).toBe(200);
    expect((await ask(`/${token}/`)).status).toBe(302);
  });

  it.each(['/', '/.chargen/gallery/index.html', '/wrong/.chargen/gallery/index.html', '/wrong/api/session'])(
    'turns away %s, which bears no token',
    async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('chargen gallery --serve');
    },
  );

  it('keeps its address, so that tabs and bookmarks stay good, and leaves the port to a server that has it', async () => {
    expect(token.length).toBeGreaterThanOrEqual(32);
    const again = { workspace: WORKSPACE(), env: {}, now: Date.now };
    const other = await serveGallery(again);
    const address = new URL(other.url);
    expect(address.pathname).toBe(base.pathname);
    expect(address.port).not.toBe(base.port);
    await other.close();
    await served.close();
    served = await serveGallery(again);
    expect(served.url).toBe(base.href);
    const { mode } = await stat(files.path('.chargen/gallery-server.json'));
    expect(mode & 0o077).toBe(0);
    expect((await ask(`/${token}/.chargen/gallery-server.json`)).status).toBe(404);
    // One that was cut short gives a new address.
    await files.write('.chargen/gallery-server.json', '{"v":1,"po');
    const fresh = await serveGallery(again);
    expect(new URL(fresh.url).pathname).not.toBe(base.pathname);
    await fresh.close();
    await rm(files.path('.chargen/gallery-server.json'));
  });

  it('answers to no other host, as a name that was bound anew would bear', async () => {
    expect((await ask(base.pathname, { headers: { host: `evil.example:${base.port}` } })).status).toBe(421);
    expect((await ask(base.pathname, { headers: { host: `localhost:${base.port}` } })).status).toBe(200);
  });

  it('takes nothing from pages of other origins', async () => {
    expect((await post('propose', LOCK, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('propose', LOCK, { origin: 'null' })).status).toBe(403);
    expect((await ask(base.pathname, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(LOCK);
    expect((await ask(`/${token}/api/propose`, { method: 'POST', headers, body })).status).toBe(403);
    expect((await post('propose', LOCK)).status).toBe(200);
  });

  it.each([
    '.env',
    'nx.json',
    FILE,
    'content/characters/ione/images/secret.png',
    'content/locations/quay/images/linked.png',
    '../outside.png',
    '..%2foutside.png',
    '%2e%2e/outside.png',
    'content/characters/ione/images/..%2f..%2f..%2f..%2f.env',
    '.chargen/gallery/../../.env',
    '.chargen/gallery/thumbs/../../../nx.json',
    '.chargen/gallery/runs/..%2f..%2f..%2fnx.json.html',
    '.chargen/digests.json',
    '%00',
  ])('hands out no %s', async (path) => {
    const answer = await ask(`/${token}/${path}`);
    expect([403, 404]).toContain(answer.status);
    expect(answer.body).not.toContain('very-secret');
  });

  it('says what is wrong with a request that it does not understand', async () => {
    expect((await post('propose', 'no json')).status).toBe(400);
    expect((await post('propose', { change: { kind: 'delete', scene: SCENE } })).status).toBe(400);
    expect(
      (await post('propose', { change: { kind: 'lock', scene: '../../etc', locked: true } })).status,
    ).toBe(400);
    expect((await post('propose', LOCK, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('propose', `"${'x'.repeat(300_000)}"`)).status).toBe(413);
    expect((await post('nothing', {})).status).toBe(404);
    expect((await ask(`/${token}/api/session`, { method: 'DELETE' })).status).toBe(405);
    expect((await ask('/%E0%A4%A')).status).toBe(400);
  });

  it('writes only what was shown, and only into the file that it was shown for', async () => {
    const before = await files.read(FILE);
    const wrong = await post('apply', { ...LOCK, digest: '0'.repeat(64) });
    expect(JSON.parse(wrong.body)).toMatchObject({ kind: 'conflict' });
    expect(await files.read(FILE)).toBe(before);
    const { digest } = JSON.parse((await post('propose', LOCK)).body) as { digest: string };
    // Two orders at once, as from two open pages: the second one finds another file.
    const [first, second] = await Promise.all([
      post('apply', { ...LOCK, digest }),
      post('apply', { ...LOCK, digest }),
    ]);
    const kinds = [first, second].map(({ body }) => (JSON.parse(body) as { kind: string }).kind).sort();
    expect(kinds).toEqual(['applied', 'conflict']);
    expect(await files.read(FILE)).toBe(`${before}    locked: true\n`);
  });

  it('writes what is decided about the picture that was seen, and about no other', async () => {
    const path = 'content/characters/ione/images/oar.png';
    const seen = createHash('sha256')
      .update(await files.bytes(path))
      .digest('hex');
    const order = { scene: SCENE, seen, state: 'rejected', note: 'two oars' };
    const gone = 'character/ione/gone';
    const others = [
      { ...order, seen: '0'.repeat(64) },
      { ...order, scene: gone },
    ];
    expect(JSON.parse((await post('review', { orders: others })).body)).toMatchObject({
      kind: 'reviewed',
      reviews: [],
      refused: [
        { scene: gone, message: expect.stringContaining(gone) as string },
        { scene: SCENE, message: `${SCENE} has another picture by now. Look at it first.` },
      ],
    });
    expect((await post('review', { orders: [{ ...order, state: 'perfect' }] })).status).toBe(400);
    expect((await post('review', { orders: [order] }, { origin: 'http://other.example' })).status).toBe(403);
    expect(existsSync(files.path('content/characters/ione/approval.jsonl'))).toBe(false);
    const review = { state: 'rejected', sha256: seen, note: 'two oars' };
    expect(JSON.parse((await post('review', { orders: [order] })).body)).toMatchObject({
      reviews: [{ scene: SCENE, review }],
      refused: [],
    });
    const text = await files.read('content/characters/ione/approval.jsonl');
    expect(JSON.parse(text)).toMatchObject({
      scene: 'oar',
      verdict: 'rejected',
      picture: seen,
      note: 'two oars',
    });

    // An undo of something else leaves it; data that were made while it was written are older than the answer says.
    const undo = (instead: object) => ({ orders: [{ ...order, state: 'unreviewed', note: '', instead }] });
    const kept = JSON.parse((await post('review', undo({ state: 'approved', note: '' }))).body) as Reviewed;
    expect(kept).toMatchObject({ reviews: [], refused: [], stayed: [{ scene: SCENE, review }] });
    expect(await files.read('content/characters/ione/approval.jsonl')).toBe(text);
    const again = { orders: [{ ...order, state: 'approved', note: '' }, order] };
    const { at } = JSON.parse((await post('review', again)).body) as Reviewed;
    const line = JSON.parse(await files.read('content/characters/ione/approval.jsonl')) as { at: string };
    expect(at).toBeGreaterThan(Date.parse(line.at));
    await post('review', undo({ state: 'rejected', note: 'two  oars' }));
    expect(await files.read('content/characters/ione/approval.jsonl')).toBe('');
    // Nothing of the author's is touched.
    expect(await files.read(FILE)).not.toContain('oars');
  });

  describe('makes data that are newer', () => {
    const original: GalleryReader['collect'] = Reflect.get(GalleryReader.prototype, 'collect');

    async function approved(): Promise<ReviewOrder> {
      const bytes = await files.bytes('content/characters/ione/images/oar.png');
      const seen = createHash('sha256').update(bytes).digest('hex');
      return { scene: SCENE, seen, state: 'approved', note: '' };
    }

    /** An editor takes back what was decided: no data ever have it, and the pages show it until they get newer ones. */
    const takeBack = (): Promise<void> => files.write('content/characters/ione/approval.jsonl', '');

    async function reviewed(order: ReviewOrder): Promise<Reviewed> {
      return JSON.parse((await post('review', { orders: [order] })).body) as Reviewed;
    }

    /** Of the data that the page gets when it was loaded three times. */
    async function madeAt(): Promise<number> {
      const page = base.pathname;
      for (let n = 0; n < 3; n += 1) await ask(page);
      const data = (await ask(page.replace('index.html', 'data.js'))).body;
      return Date.parse(/"madeAt\\":\\"([^"\\]+)/.exec(data)?.[1] ?? '');
    }

    it('than a review, also if those that were being made lack it and the next ones failed', async () => {
      const order = await approved();
      let at = Infinity;
      const collect = vi.spyOn(GalleryReader.prototype, 'collect');
      collect.mockImplementationOnce(async function (this: GalleryReader, now) {
        const gallery = await original.call(this, now);
        ({ at } = await reviewed(order));
        await takeBack();
        return gallery;
      });
      collect.mockRejectedValueOnce(new Error('A file is half written.'));
      expect(await madeAt()).toBeGreaterThan(at);
    });

    it('than the answer that a review stayed as it was', async () => {
      const order = await approved();
      await reviewed(order);
      let answer: Reviewed | undefined;
      const collect = vi.spyOn(GalleryReader.prototype, 'collect');
      collect.mockImplementationOnce(async function (this: GalleryReader, now) {
        answer = await reviewed({
          ...order,
          state: 'unreviewed',
          instead: { state: 'rejected', note: '' },
        });
        await takeBack();
        return original.call(this, now);
      });
      const made = await madeAt();
      expect(answer?.stayed).toHaveLength(1);
      expect(made).toBeGreaterThan(answer?.at ?? Infinity);
    });
  });

  it('adopts no picture that the page does not show', async () => {
    const order = { scene: SCENE, picture: '../../etc/passwd.png' };
    expect(JSON.parse((await post('adopt', order)).body)).toMatchObject({ kind: 'refused' });
  });

  it('makes nothing at once for another price than the one that was agreed to', async () => {
    const { cost } = JSON.parse((await post('plan-now', { scenes: [SCENE] })).body) as { cost: string };
    const order = { scenes: [SCENE], cost: `${cost} and more` };
    expect(JSON.parse((await post('now', order)).body)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('Nothing was sent') as string,
    });
  });

  it('starts no run of what is not in the world', async () => {
    const plan = '0'.repeat(64);
    const answer = await post('run', { scenes: ['character/nobody/oar'], plan });
    expect(JSON.parse(answer.body)).toMatchObject({ kind: 'refused' });
    expect((await post('run', { scenes: ['--help'], plan })).status).toBe(400);
  });

  it('starts no run that would make something else than the plan that was shown', async () => {
    const quay = 'content/locations/quay/imagery.yaml';
    const later = '  - id: later\n    title: Later\n    prompt: Mud.\n';
    await files.edit(quay, 'scenes:\n', `scenes:\n${later}`);
    const scenes = ['location/quay/later'];
    const planned = async () => JSON.parse((await post('plan', { scenes })).body) as { digest: string };
    const { digest } = await planned();
    expect((await planned()).digest).toBe(digest);
    await files.edit(quay, later, `${later}    takes: 3\n`);
    expect(JSON.parse((await post('run', { scenes, plan: digest })).body)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('Look at its plan again') as string,
    });
  });
});
