import type { ReviewView, SceneCard } from '../model.js';
import type { ReviewOrder, SceneReview } from '../protocol.js';
import { apply, propose, review as send, useTake } from './api.js';
import { messageOf } from './dialog.js';
import type { Store } from './store.js';
import { plural } from './words.js';

/** So many decisions are in one request: a page that is closed may send 64 KiB behind itself. */
const AT_ONCE = 200;

/** What was done last, and how it is taken back. */
interface Step {
  readonly scene: string;
  readonly what: string;
  /** Shows what stood there before, and returns what writes it. */
  takeBack(): () => Promise<void>;
}

type Reviews = ReadonlyMap<string, ReviewView>;

/**
 * Writes what a person decides, one after the other and shown at once. Each step, also one about many scenes, can be
 * taken back as long as the page is open.
 */
export class Reviewer {
  readonly #steps: Step[] = [];
  #sent: Promise<void> = Promise.resolve();
  /** Steps that are shown and not written yet. */
  #unwritten = 0;

  constructor(
    readonly store: Store,
    /** A sentence about what was done, or why it was not. */
    readonly say: (message: string) => void,
  ) {
    // A page that is closed a moment after the last key would take its last steps with it.
    addEventListener('beforeunload', (event) => {
      if (this.#unwritten > 0) event.preventDefault();
    });
  }

  get canUndo(): boolean {
    return this.#steps.length > 0;
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
    this.#steps.push({ scene: first.id, what, takeBack: () => this.#become(next, before, true) });
    this.#queue(this.#become(before, next));
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
    this.#queue(async () => {
      this.#steps.push({
        scene: first.id,
        what: `${what} ${locked ? 'unlocked' : 'locked'} again.`,
        takeBack: () => async () => {
          for (const id of written.splice(0)) await setLock(id, !locked);
        },
      });
      for (const { id } of meant) {
        await setLock(id, locked);
        written.push(id);
      }
      this.say(`${what} ${word}.`);
    });
  }

  /** Makes another take the picture of the scene. */
  use(scene: SceneCard, take: number): void {
    this.#queue(async () => {
      const before = await chooseTake(scene.id, take, this.say);
      if (before === take) return;
      this.#steps.push({
        scene: scene.id,
        what: `Take ${before} is the picture of “${scene.title}” again.`,
        takeBack: () => async () => {
          await chooseTake(scene.id, before, this.say);
        },
      });
    });
  }

  /** Takes the last step back. Returns the scene that it was about; undefined if there is none. */
  undo(): string | undefined {
    const step = this.#steps.pop();
    if (step === undefined) {
      this.say('There is nothing to take back.');
      return undefined;
    }
    const write = step.takeBack();
    this.#queue(async () => {
      await write();
      this.say(step.what);
    });
    return step.scene;
  }

  /**
   * Shows it at once. What is returned writes it; where that fails, what stood there before is shown again. An undo
   * leaves what was decided since, by another page or in a terminal: only the server knows that for sure.
   */
  #become(before: Reviews, next: Reviews, isUndo = false): () => Promise<void> {
    this.store.review(next);
    return async () => {
      const orders = [...next].map(([scene, { sha256: seen, state, note }]): ReviewOrder => {
        const was = isUndo ? before.get(scene) : undefined;
        const instead = was && { instead: { state: was.state, note: was.note } };
        return { scene, seen, state, note, ...instead };
      });
      const messages: string[] = [];
      const left = new Set(next.keys());
      let othersStayed = 0;
      try {
        while (orders.length > 0) {
          const { reviews, stayed, refused, at } = await send(orders.splice(0, AT_ONCE));
          for (const { scene } of [...reviews, ...stayed]) left.delete(scene);
          for (const { scene } of reviews) {
            const shown = next.get(scene);
            if (shown !== undefined) this.store.written(scene, shown, at);
          }
          this.store.review(byScene(stayed), at);
          othersStayed += stayed.length;
          messages.push(...refused.map(({ message }) => message));
        }
      } catch (error) {
        messages.push(messageOf(error));
      }
      if (othersStayed > 0) messages.push(`${plural(othersStayed, 'picture')} stayed: decided anew since.`);
      if (messages.length === 0) return;
      this.store.review(new Map([...before].filter(([id]) => left.has(id))), 0);
      throw new Error([...new Set(messages)].join(' '));
    };
  }

  #queue(act: () => Promise<void>): void {
    this.#unwritten += 1;
    this.#sent = this.#sent
      .then(act)
      .catch((error: unknown) => this.say(messageOf(error)))
      .finally(() => {
        this.#unwritten -= 1;
      });
  }
}

export function byScene(reviews: readonly SceneReview[]): Reviews {
  return new Map(reviews.map(({ scene, review }) => [scene, review]));
}

/** Returns the take that was the picture before. */
async function chooseTake(scene: string, take: number, say: (message: string) => void): Promise<number> {
  const { message, before } = await useTake(scene, take);
  say(message);
  return before;
}

async function setLock(scene: string, locked: boolean): Promise<void> {
  const change = { kind: 'lock', scene, locked } as const;
  const proposal = await propose(change);
  if (proposal.kind === 'unchanged') return;
  const applied = await apply(change, proposal.digest);
  if (applied.kind === 'conflict') throw new Error(applied.message);
}

const STATES: Readonly<Record<ReviewView['state'], string>> = {
  approved: 'approved',
  rejected: 'to be made again',
  unreviewed: 'unreviewed',
};
