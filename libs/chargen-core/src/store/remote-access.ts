import pLimit from 'p-limit';
import { PARALLEL } from './in-portions.js';
import type { RemoteStore } from './remote-store.js';

/** The longest pause between two attempts, in first pauses: a minute at the default of a second. */
const LONGEST_PAUSE = 60;

export interface RemoteAccessOptions {
  readonly remote: RemoteStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called once for each thing that went wrong. */
  readonly warn: (message: string) => void;
  /** Milliseconds after the first failure in which the store is left alone; each further one doubles them. */
  readonly retryPause: number;
}

/** Why a shared store is not asked. */
export interface Obstacle {
  /** `passing`: it is tried again after a pause. `lasting`: waiting does not cure it, and it is not asked again. */
  readonly kind: 'passing' | 'lasting';
  readonly why: string;
}

/** A shared store that may be down: it is asked a few things at a time, and after a failure not for a while. */
export class RemoteAccess {
  readonly remote: RemoteStore;
  readonly now: () => number;
  readonly #warn: (message: string) => void;
  readonly #retryPause: number;
  readonly #limit = pLimit(PARALLEL);
  readonly #warned = new Set<string>();
  #failures = 0;
  #pausedUntil = 0;
  #obstacle: Obstacle | undefined;

  constructor({ remote, now, warn, retryPause }: RemoteAccessOptions) {
    this.remote = remote;
    this.now = now;
    this.#warn = warn;
    this.#retryPause = retryPause;
  }

  forEach<Item, Result>(
    items: Iterable<Item>,
    ask: (item: Item) => Promise<Result>,
  ): Promise<readonly Result[]> {
    return Promise.all([...items].map((item) => this.#limit(() => ask(item))));
  }

  /** Undefined if the store may be asked now. */
  get obstacle(): Obstacle | undefined {
    const { kind } = this.#obstacle ?? {};
    return kind === 'lasting' || this.retryInMs > 0 ? this.#obstacle : undefined;
  }

  /** What went wrong last, also if the store may be asked again by now; undefined once it answered. */
  get trouble(): Obstacle | undefined {
    return this.#obstacle;
  }

  /** How long the store is left alone from now on, in milliseconds. */
  get retryInMs(): number {
    return Math.max(0, this.#pausedUntil - this.now());
  }

  pause(why: string): void {
    // Of several requests that failed side by side, one counts.
    if (this.obstacle !== undefined) return;
    this.#pausedUntil = this.now() + this.#retryPause * Math.min(LONGEST_PAUSE, 2 ** this.#failures);
    this.#failures += 1;
    this.#obstacle = { kind: 'passing', why };
  }

  /** It is not asked again in this call. */
  giveUp(why: string): void {
    this.#obstacle = { kind: 'lasting', why };
  }

  /** It answered. */
  answers(): void {
    if (this.#obstacle?.kind === 'lasting') return;
    this.#obstacle = undefined;
    this.#failures = 0;
    this.#pausedUntil = 0;
  }

  warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#warn(message);
  }
}
