import { signal } from '@preact/signals';
import type { ReviewView, SceneCard } from '../model.js';
import type { ReviewOrder, SceneReview } from '../protocol.js';
import { ask, messageOf, NoAnswer } from './api.js';
import type { Store } from './store.js';
import { plural } from './words.js';

/** The decisions of one request: a page that is closed may send 64 KiB behind itself. */
const MAX_BYTES = 48 * 1024;

/** What was done, and how it is taken back. */
interface Step {
  /** Later ones are taken back first. */
  readonly n: number;
  readonly scene: string;
  readonly what: string;
  /** Queues what writes it. */
  readonly takeBack: (step: Step) => void;
}

/** What is shown and not written yet. */
interface Decision {
  readonly kind: 'decision';
  readonly order: ReviewOrder;
  readonly to: ReviewView;
  /** What is shown again if it is not written. */
  from: ReviewView | undefined;
  readonly undoes: Step | undefined;
}

interface Action {
  readonly kind: 'action';
  readonly act: () => Promise<void>;
  readonly undoes: Step | undefined;
}

type Reviews = ReadonlyMap<string, ReviewView>;

/**
 * Writes what a person decides, shown at once and written in the same order; what waits for a request goes with the
 * next one. Each step, also one about many scenes, can be taken back as long as the page is open.
 */
export class Reviewer {
  readonly #steps = signal<readonly Step[]>([]);
  readonly #queue: (Decision | Action)[] = [];
  #isWriting = false;
  #count = 0;

  constructor(
    readonly store: Store,
    /** A sentence about what was done, or why it was not. */
    readonly say: (message: string) => void,
  ) {
    // A page that is closed a moment after the last key would take its last steps with it.
    addEventListener('beforeunload', (event) => {
      if (this.#isWriting) event.preventDefault();
    });
  }

  get canUndo(): boolean {
    return this.#steps.value.length > 0;
  }

  /**
   * Those that have no picture to be reviewed are left out. A note that is left out stays as it is if the picture is
   * rejected. Returns how many were decided anew.
   */
  decide(scenes: readonly SceneCard[], state: ReviewView['state'], note?: string): number {
    const before = new Map<string, ReviewView>();
    const next = new Map<string, ReviewView>();
    for (const { id, review } of scenes) {
      if (review === undefined) continue;
      const words = note ?? (state === 'rejected' ? review.note : '');
      if (review.state === state && review.note === words) continue;
      before.set(id, review);
      next.set(id, { state, sha256: review.sha256, note: words });
    }
    const [first] = scenes.filter(({ id }) => next.has(id));
    if (first === undefined) return 0;
    const was = before.get(first.id)?.state ?? 'unreviewed';
    const what =
      next.size === 1
        ? `“${first.title}” is ${STATES[was]} again.`
        : `${plural(next.size, 'picture')} are as they were before.`;
    this.#remember(first, what, (step) => this.#become(before, { step, made: next }));
    this.#become(next);
    return next.size;
  }

  /** Locks scenes for all runs, or unlocks them. */
  lock(scenes: readonly SceneCard[], locked: boolean): void {
    const meant = scenes.filter(({ state }) => (state === 'locked') !== locked);
    const [first] = meant;
    if (first === undefined) return;
    const word = locked ? 'locked' : 'unlocked';
    const what = meant.length === 1 ? `“${first.title}” is` : `${plural(meant.length, 'scene')} are`;
    const written: string[] = [];
    this.#remember(first, `${what} ${locked ? 'unlocked' : 'locked'} again.`, (step) =>
      this.#act(async () => {
        for (const id of written) await setLock(id, !locked);
      }, step),
    );
    this.#act(async () => {
      for (const { id } of meant) {
        await setLock(id, locked);
        written.push(id);
      }
      this.say(`${what} ${word}.`);
    });
  }

  /** Makes another take the picture of the scene. */
  use(scene: SceneCard, take: number): void {
    const choose = async (wanted: number): Promise<number> => {
      const { message, before } = await ask('use', { scene: scene.id, take: wanted });
      this.say(message);
      return before;
    };
    const n = (this.#count += 1);
    this.#act(async () => {
      const before = await choose(take);
      if (before === take) return;
      const what = `Take ${before} is the picture of “${scene.title}” again.`;
      this.#remember(scene, what, (step) => this.#act(async () => void (await choose(before)), step), n);
    });
  }

  /** Takes the last step back. Returns the scene that it was about; undefined if there is none. */
  undo(): string | undefined {
    const steps = this.#steps.peek();
    const step = steps.at(-1);
    if (step === undefined) {
      this.say('There is nothing to take back.');
      return undefined;
    }
    this.#steps.value = steps.slice(0, -1);
    step.takeBack(step);
    return step.scene;
  }

  #remember(scene: SceneCard, what: string, takeBack: Step['takeBack'], n = (this.#count += 1)): void {
    this.#putBack([{ n, scene: scene.id, what, takeBack }]);
  }

  #putBack(steps: readonly Step[]): void {
    this.#steps.value = [...this.#steps.peek(), ...steps].sort((a, b) => a.n - b.n);
  }

  /**
   * Shows it at once, and writes it. An undo leaves what was decided since it was made, by another page or in a terminal:
   * only the server knows that for sure.
   */
  #become(next: Reviews, undo?: { readonly step: Step; readonly made: Reviews }): void {
    for (const [scene, to] of next) {
      const { sha256: seen, state, note } = to;
      const made = undo?.made.get(scene);
      const instead = made && { instead: { state: made.state, note: made.note } };
      const order = { scene, seen, state, note, ...instead };
      const from = this.store.find(scene)?.scene.review;
      this.#queue.push({ kind: 'decision', order, to, from, undoes: undo?.step });
    }
    this.store.review(next);
    void this.#write();
  }

  #act(act: () => Promise<void>, undoes?: Step): void {
    this.#queue.push({ kind: 'action', act, undoes });
    void this.#write();
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    for (let next = nextOf(this.#queue); next.length > 0; next = nextOf(this.#queue)) {
      const undone = [...new Set(next.flatMap(({ undoes }) => undoes ?? []))];
      const decisions = next.filter((one) => one.kind === 'decision');
      let message = undone.at(-1)?.what;
      try {
        for (const one of next) if (one.kind === 'action') await one.act();
        if (decisions.length > 0) message = (await this.#send(decisions)) ?? message;
      } catch (error) {
        // With a server that is there again the same undo succeeds.
        if (error instanceof NoAnswer) this.#putBack(undone);
        this.#showBefore(decisions);
        message = messageOf(error);
      }
      if (message !== undefined) this.say(message);
    }
    this.#isWriting = false;
  }

  /** Returns what was not written, and why. */
  async #send(decisions: readonly Decision[]): Promise<string | undefined> {
    const { stayed, refused, at } = await ask('review', { orders: decisions.map(({ order }) => order) });
    for (const { order, to } of decisions) this.store.written(order.scene, to, at);
    this.store.review(byScene(stayed), at);
    const left = new Set(refused.map(({ scene }) => scene));
    this.#showBefore(decisions.filter(({ order }) => left.has(order.scene)));
    const messages = refused.map(({ message }) => message);
    if (stayed.length > 0) messages.push(`${plural(stayed.length, 'picture')} stayed: decided anew since.`);
    return messages.length === 0 ? undefined : [...new Set(messages)].join(' ');
  }

  /** Of what was not written. What was decided since stays shown; if that fails too, this is what was there before. */
  #showBefore(decisions: readonly Decision[]): void {
    const before = new Map<string, ReviewView>();
    for (const { order, from } of decisions) {
      const later = this.#queue.find((one) => one.kind === 'decision' && one.order.scene === order.scene);
      if (later?.kind === 'decision') later.from = from;
      else if (from !== undefined) before.set(order.scene, from);
    }
    this.store.review(before, 0);
  }
}

/** Takes the next action from the queue, or as many decisions as fit in a request, each of another scene. */
function nextOf(queue: (Decision | Action)[]): readonly (Decision | Action)[] {
  const scenes = new Set<string>();
  let bytes = 0;
  const end = queue.findIndex((one, at) => {
    if (one.kind === 'action' || scenes.has(one.order.scene)) return true;
    scenes.add(one.order.scene);
    bytes += new TextEncoder().encode(JSON.stringify(one.order)).length;
    return at > 0 && bytes > MAX_BYTES;
  });
  return queue.splice(0, end === -1 ? queue.length : Math.max(1, end));
}

export function byScene(reviews: readonly SceneReview[]): Reviews {
  return new Map(reviews.map(({ scene, review }) => [scene, review]));
}

async function setLock(scene: string, locked: boolean): Promise<void> {
  const change = { kind: 'lock', scene, locked } as const;
  const proposal = await ask('propose', { change });
  if (proposal.kind === 'unchanged') return;
  const applied = await ask('apply', { change, digest: proposal.digest });
  if (applied.kind === 'conflict') throw new Error(applied.message);
}

const STATES: Readonly<Record<ReviewView['state'], string>> = {
  approved: 'approved',
  rejected: 'to be made again',
  unreviewed: 'unreviewed',
};
