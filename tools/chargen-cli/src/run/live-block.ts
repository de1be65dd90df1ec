import { progressLine } from 'chargen-core';
import { terminalText } from 'chargen-core/safe-text';
import { wrapText } from '../output/wrap-words.js';
import type { TimedEvent } from './follow-events.js';
import { lastingEvent, liveLines, liveNext, liveStart, type LiveState } from './live-state.js';

const DRAW_EVERY_MS = 250;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_BELOW = '\u001b[0J';

export interface Screen {
  /** As wide as it is now: windows are resized while a batch runs for hours. */
  columns(): number;
  write(text: string): unknown;
}

/** One block at the foot of a terminal that is drawn again in its place. `stop` cleans up after every end. */
export class LiveBlock {
  #state: LiveState;
  #height = 0;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #restore = (): void => {
    this.screen.write(SHOW_CURSOR);
  };

  constructor(
    readonly screen: Screen,
    /** What a person may do meanwhile, for the time that Google is at work. */
    hint: string | undefined,
    readonly now: () => number = Date.now,
  ) {
    this.#state = liveStart(now(), hint);
  }

  start(): void {
    // Also for an unforeseen end: a terminal without a cursor is useless.
    process.once('exit', this.#restore);
    this.screen.write(HIDE_CURSOR);
    this.#draw();
    this.#timer = setInterval(() => {
      this.#frame += 1;
      this.#draw();
    }, DRAW_EVERY_MS);
  }

  tell(timed: TimedEvent): void {
    this.#state = liveNext(this.#state, timed);
    const line = lastingEvent(timed.event) ? progressLine(timed.event) : undefined;
    if (line !== undefined) this.say(line);
    else this.#draw();
  }

  /** A line that stays, above the block. */
  say(line: string): void {
    const text = wrapText(terminalText(line), this.screen.columns());
    this.screen.write(`${this.#up()}${CLEAR_BELOW}${text}\n`);
    this.#height = 0;
    this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    process.off('exit', this.#restore);
    this.screen.write(`${this.#up()}${CLEAR_BELOW}${SHOW_CURSOR}`);
    this.#height = 0;
  }

  #draw(): void {
    const lines = liveLines(this.#state, this.now(), this.#frame, this.screen.columns()).map(terminalText);
    this.screen.write(`${this.#up()}${CLEAR_BELOW}${lines.join('\n')}\n`);
    this.#height = lines.length;
  }

  #up(): string {
    return this.#height === 0 ? '' : `\u001b[${this.#height}F`;
  }
}
