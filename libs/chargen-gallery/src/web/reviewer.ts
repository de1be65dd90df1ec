import type { ReviewView, SceneCard } from '../model.js';
import { apply, propose, review as send, useTake } from './api.js';
import { messageOf } from './change-dialog.js';
import type { Store } from './store.js';

/** What was done last, and how it is taken back. */
interface Step {
  readonly scene: string;
  readonly what: string;
  /** Shows what stood there before, and returns what writes it. */
  takeBack(): () => Promise<void>;
}

/**
 * Writes what a person decides, one after the other and shown at once. Each step can be taken back as long as the page
 * is open.
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

  /** Does nothing if the scene has no picture that could be reviewed. */
  decide(scene: SceneCard, state: ReviewView['state'], note: string): void {
    const before = scene.review;
    if (before === undefined) return;
    const next: ReviewView = { state, sha256: before.sha256, note };
    if (before.state === state && before.note === note) return;
    this.#steps.push({
      scene: scene.id,
      what: `“${scene.title}” is ${wordsOf(before.state)} again.`,
      takeBack: () => this.#become(scene, next, before),
    });
    this.#queue(this.#become(scene, before, next));
  }

  /** Locks a scene for all runs, or unlocks it. */
  lock(scene: SceneCard, locked: boolean): void {
    const step: Step = {
      scene: scene.id,
      what: `“${scene.title}” is ${locked ? 'unlocked' : 'locked'} again.`,
      takeBack: () => () => setLock(scene.id, !locked),
    };
    this.#queue(async () => {
      await setLock(scene.id, locked);
      this.#steps.push(step);
      this.say(`“${scene.title}” is ${locked ? 'locked' : 'unlocked'}.`);
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

  /** Shows it at once. What is returned writes it; if that fails, what stood there before is shown again. */
  #become({ id }: SceneCard, before: ReviewView, next: ReviewView): () => Promise<void> {
    this.store.review(id, next);
    return async () => {
      try {
        const { sha256: seen, state, note } = next;
        const outcome = await send({ scene: id, seen, state, note });
        if (outcome.kind === 'refused') throw new Error(outcome.message);
        this.store.written(id, next, outcome.at);
      } catch (error) {
        this.store.review(id, before, 0);
        throw error;
      }
    };
  }

  #queue(act: () => Promise<void>): void {
    this.#unwritten += 1;
    this.#sent = this.#sent
      .then(act)
      .catch((error: unknown) => {
        this.say(messageOf(error));
      })
      .finally(() => {
        this.#unwritten -= 1;
      });
  }
}

/** Returns the take that was the picture before. */
async function chooseTake(scene: string, take: number, say: (message: string) => void): Promise<number> {
  const outcome = await useTake(scene, take);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  say(outcome.message);
  return outcome.before;
}

async function setLock(scene: string, locked: boolean): Promise<void> {
  const change = { kind: 'lock', scene, locked } as const;
  const proposal = await propose(change);
  if (proposal.kind === 'unchanged') return;
  if (proposal.kind === 'refused') throw new Error(proposal.message);
  const applied = await apply(change, proposal.digest);
  if (applied.kind !== 'applied') throw new Error(applied.message);
}

export function wordsOf(state: ReviewView['state']): string {
  switch (state) {
    case 'approved':
      return 'approved';
    case 'rejected':
      return 'to be made again';
    case 'unreviewed':
      return 'unreviewed';
  }
}
