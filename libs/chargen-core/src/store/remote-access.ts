import pLimit from 'p-limit';
import type { RemoteStore } from './remote-store.js';

/** How long a shared store that did not answer is left alone. */
const PAUSE_MS = 60_000;

const PARALLEL = 8;

export interface RemoteAccessOptions {
  readonly remote: RemoteStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called once for each thing that went wrong. */
  readonly warn: (message: string) => void;
}

/** A shared store that may be down: it is asked a few things at a time, and after a failure not for a minute. */
export class RemoteAccess {
  readonly remote: RemoteStore;
  readonly now: () => number;
  readonly #warn: (message: string) => void;
  readonly #limit = pLimit(PARALLEL);
  readonly #warned = new Set<string>();
  #pausedUntil = 0;

  constructor({ remote, now, warn }: RemoteAccessOptions) {
    this.remote = remote;
    this.now = now;
    this.#warn = warn;
  }

  forEach<Item, Result>(
    items: Iterable<Item>,
    ask: (item: Item) => Promise<Result>,
  ): Promise<readonly Result[]> {
    return Promise.all([...items].map((item) => this.#limit(() => ask(item))));
  }

  isPaused(): boolean {
    return this.now() < this.#pausedUntil;
  }

  pause(why: string): void {
    this.#pausedUntil = this.now() + PAUSE_MS;
    this.warn(
      `The shared store ${this.remote.name} cannot be used now (${why}). The run goes on without it: ` +
        'two machines that ask for the same picture at once could both pay for it. What is made here is offered later.',
    );
  }

  warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#warn(message);
  }
}
