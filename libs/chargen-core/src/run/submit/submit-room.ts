import { queueLimit, type ChargenSettings } from '../../plan/index.js';
import type { Job } from '../journal/run-state.js';

/** How much more Google takes now: jobs in all, and queued input tokens by model. */
export class SubmitRoom {
  readonly #queued = new Map<string, number>();
  #jobs: number;

  constructor(
    readonly settings: ChargenSettings,
    open: readonly Pick<Job, 'model' | 'tokens'>[],
  ) {
    this.#jobs = settings.maxOpenJobs - open.length;
    for (const job of open) this.#add(job.model, job.tokens);
  }

  /** Takes the room for a job; false if there is none. A job alone in its queue is always let in. */
  take(model: string, tokens: number): boolean {
    if (this.#jobs <= 0) return false;
    const queued = this.#queued.get(model) ?? 0;
    if (queued > 0 && queued + tokens > queueLimit(model, this.settings.tier)) return false;
    this.#jobs -= 1;
    this.#add(model, tokens);
    return true;
  }

  #add(model: string, tokens: number): void {
    this.#queued.set(model, (this.#queued.get(model) ?? 0) + tokens);
  }
}
