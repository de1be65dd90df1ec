import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GalleryIndex, ReviewView, SceneCard } from '../src/model.js';
import type { Reviewed, ReviewOrder } from '../src/protocol.js';
import { byScene, Reviewer } from '../dist/web/reviewer.js';
import { Store } from '../dist/web/store.js';

const IDS = ['one', 'two', 'three'].map((id) => `location/quay/${id}`);

function card(id: string, state: ReviewView['state']): SceneCard {
  const review = { state, sha256: id, note: '' };
  const unsaid = { reason: '', tags: [], runs: [], prompt: '', aspectRatio: '', alt: '', estimatedUsd: 0 };
  return { id, entity: 0, title: id, state: 'done', flags: [state], review, ...unsaid };
}

/** Data that were made at this time, with this state of each scene. */
function dataOf(madeAt: number, states: readonly ReviewView['state'][]): GalleryIndex {
  const quay = { id: 'location/quay', type: 'location', name: 'Quay', description: '', tags: [] } as const;
  return {
    v: 1,
    title: '',
    madeAt: new Date(madeAt).toISOString(),
    entities: [{ ...quay, file: '', references: 0, offCanon: [], errors: [], details: 0 }],
    scenes: IDS.map((id, n) => card(id, states[n] ?? 'unreviewed')),
    runs: [],
    stuck: [],
    spentUsd: 0,
    pendingUsd: 0,
  };
}

/** Requests that the server has and did not answer yet. */
let open: {
  readonly orders: readonly ReviewOrder[];
  readonly answer: (answer: Partial<Reviewed>) => void;
  /** As if the server were gone. */
  readonly fail: () => void;
}[];

beforeEach(() => {
  open = [];
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('fetch', (_url: string, { body }: { body: string }) => {
    const { orders } = JSON.parse(body) as { orders: ReviewOrder[] };
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        reject(new TypeError('Failed to fetch'));
      };
      const answer = (part: Partial<Reviewed>): void => {
        const all: Reviewed = {
          kind: 'reviewed',
          at: 0,
          reviews: writtenOf(orders),
          stayed: [],
          refused: [],
        };
        resolve(Response.json({ ...all, ...part }));
      };
      open.push({ orders, answer, fail });
    });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const writtenOf = (orders: readonly ReviewOrder[]): Reviewed['reviews'] =>
  orders.map(({ scene, state, seen, note }) => ({ scene, review: { state, sha256: seen, note } }));

async function nextRequest(): Promise<(typeof open)[number]> {
  const found = await vi.waitFor(() => {
    const [first] = open;
    if (first === undefined) throw new Error('Nothing was sent.');
    return first;
  });
  open.shift();
  return found;
}

function page(data = dataOf(1, [])) {
  const said: string[] = [];
  const store = new Store(data);
  const reviewer = new Reviewer(store, (message) => said.push(message));
  const all = () => store.all.value.map(({ scene }) => scene);
  return { said, store, reviewer, all, states: () => all().map(({ review }) => review?.state) };
}

describe('a burst of decisions', () => {
  it('is two requests for 37 presses, in the order of the presses', async () => {
    const ids = Array.from({ length: 37 }, (_, n) => `location/quay/scene-${n}`);
    const scenes = ids.map((id) => card(id, 'unreviewed'));
    const { reviewer, all, states } = page({ ...dataOf(1, []), scenes });
    for (const [n, scene] of all().entries()) reviewer.decide([scene], n % 2 === 0 ? 'approved' : 'rejected');
    const first = await nextRequest();
    expect(open).toEqual([]);
    first.answer({ at: 10 });
    const second = await nextRequest();
    second.answer({ at: 20 });
    const sent = [...first.orders, ...second.orders];
    expect(sent.map(({ scene }) => scene)).toEqual(ids);
    expect(sent.map(({ state }) => state)).toEqual(states());
    // Nothing is left: the next decision is sent by itself.
    await vi.waitFor(() => {
      reviewer.decide(all().slice(0, 1), 'rejected');
      expect(open).toHaveLength(1);
    });
    expect(open[0]?.orders).toHaveLength(1);
  });

  it('decides about a picture once in a request, and sends no more than a closed page may', async () => {
    const { reviewer, all } = page();
    const [one, two, three] = all();
    if (one === undefined || two === undefined || three === undefined) throw new Error('There is no scene.');
    reviewer.decide([one], 'approved');
    reviewer.decide([two], 'rejected', '雨'.repeat(12_000));
    reviewer.decide([three], 'rejected', '雨'.repeat(12_000));
    reviewer.undo();
    const states: string[][] = [];
    for (let n = 0; n < 4; n += 1) {
      const { orders, answer } = await nextRequest();
      states.push(orders.map(({ scene, state }) => `${scene} ${state}`));
      answer({ at: 10 * n });
    }
    expect(states).toEqual([
      ['location/quay/one approved'],
      ['location/quay/two rejected'],
      ['location/quay/three rejected'],
      ['location/quay/three unreviewed'],
    ]);
  });

  it('shows what was there before them if the server is gone for all of them', async () => {
    const { said, reviewer, all, states } = page();
    const [one] = all();
    if (one === undefined) throw new Error('There is no scene.');
    reviewer.decide([one], 'approved');
    reviewer.undo();
    reviewer.decide(all(), 'rejected');
    (await nextRequest()).fail();
    (await nextRequest()).fail();
    (await nextRequest()).fail();
    await expect.poll(() => said).toHaveLength(3);
    expect(states()).toEqual(['unreviewed', 'unreviewed', 'unreviewed']);
  });
});

describe('an undo', () => {
  it('that the server did not answer can be made again, also one of several', async () => {
    const { said, reviewer, all, states } = page();
    const [one, two] = all();
    if (one === undefined || two === undefined) throw new Error('There is no scene.');
    reviewer.decide([one], 'approved');
    (await nextRequest()).answer({ at: 10 });
    reviewer.decide([two], 'rejected');
    const { answer: written } = await nextRequest();
    reviewer.undo();
    reviewer.undo();
    expect(reviewer.canUndo).toBe(false);
    written({ at: 20 });
    (await nextRequest()).fail();
    await expect.poll(() => said.at(-1)).toContain('Start it again');
    await vi.waitFor(() => {
      expect(states()).toEqual(['approved', 'rejected', 'unreviewed']);
    });
    // The last one first, as before.
    expect([reviewer.undo(), reviewer.undo()]).toEqual([two.id, one.id]);
    for (const state of ['rejected', 'approved']) {
      const { orders, answer } = await nextRequest();
      expect(orders.map(({ instead }) => instead?.state)).toEqual([state]);
      answer({ at: 30 });
    }
    await expect.poll(() => said.at(-1)).toBe('“location/quay/one” is unreviewed again.');
    expect(states()).toEqual(['unreviewed', 'unreviewed', 'unreviewed']);
    expect(reviewer.canUndo).toBe(false);
  });

  it('takes back all that was decided, also while the page has data of another state', async () => {
    const { store, reviewer, all, states } = page();
    reviewer.decide(all(), 'approved');
    (await nextRequest()).answer({ at: 10 });
    await vi.waitFor(() => {
      // They were made while this page, or another, wrote: the third is not in them.
      store.replaceData(dataOf(20, ['approved', 'approved']));
      expect(states()).toEqual(['approved', 'approved', 'unreviewed']);
    });
    reviewer.undo();
    const { orders } = await nextRequest();
    expect(orders.map(({ scene, state }) => [scene, state])).toEqual(IDS.map((id) => [id, 'unreviewed']));
    expect(orders.every(({ instead }) => instead?.state === 'approved')).toBe(true);
  });

  it('shows what the server has left, since it was decided later', async () => {
    const { said, reviewer, all, states } = page();
    reviewer.decide(all(), 'approved');
    (await nextRequest()).answer({ at: 10 });
    reviewer.undo();
    const { orders, answer } = await nextRequest();
    const since = { state: 'rejected', sha256: IDS[1] ?? '', note: 'too dark' } as const;
    const reviews = writtenOf(orders).filter(({ scene }) => scene !== IDS[1]);
    answer({ at: 20, reviews, stayed: [{ scene: IDS[1] ?? '', review: since }] });
    await expect.poll(() => said).toEqual(['1 picture stayed: decided anew since.']);
    expect(states()).toEqual(['unreviewed', 'rejected', 'unreviewed']);
  });
});

describe('a report of the server', () => {
  it('does not show again what was decided otherwise here since', async () => {
    const { store, reviewer, all, states } = page();
    const [first] = all();
    if (first === undefined) throw new Error('There is no scene.');
    reviewer.decide([first], 'approved');
    const { orders, answer } = await nextRequest();
    reviewer.undo();
    store.reviewed(byScene(writtenOf(orders)), 10);
    expect(states()[0]).toBe('unreviewed');
    answer({ at: 10 });
    (await nextRequest()).answer({ at: 20 });
    // Of the first order, and late.
    await vi.waitFor(() => {
      store.replaceData(dataOf(21, []));
      store.reviewed(byScene(writtenOf(orders)), 30);
      expect(states()[0]).toBe('approved');
    });
  });
});
