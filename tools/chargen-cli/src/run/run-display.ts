import { plural, ProgressLines } from 'chargen-core';
import { LiveBlock } from './live-block.js';
import type { TargetRun } from './target-run.js';

/** Shows how a run goes. */
export interface RunDisplay {
  readonly tell: (event: Parameters<LiveBlock['tell']>[0]) => void;
  start(): void;
  stop(): void;
  /** Ctrl-C was pressed: what is on the wire is let finish, which may take a while. */
  stopping(): void;
}

const STOPPING =
  'Stopping. What is on its way to Google is let finish first; another Ctrl-C changes nothing.';
const SAFE_TO_STOP = 'Ctrl-C is safe: the job goes on at Google';

/** NDJSON if it was asked for, one block in a terminal, else a plain line a change. */
export function displayFor({ io, events, globals, preview }: TargetRun): RunDisplay {
  const nothing = { start: () => undefined, stop: () => undefined };
  if (events) {
    return {
      ...nothing,
      stopping: () => undefined,
      tell: ({ at, event }) => {
        io.err(`${JSON.stringify({ at: new Date(at).toISOString(), ...event })}\n`);
      },
    };
  }
  if (io.liveErr && !globals.json) {
    const write = (text: string): void => {
      io.draw(text);
    };
    const block = new LiveBlock({ columns: () => io.columns, write }, preview ? undefined : SAFE_TO_STOP);
    return {
      start: () => {
        block.start();
      },
      stop: () => {
        block.stop();
      },
      stopping: () => {
        block.say(STOPPING);
      },
      tell: (event) => {
        block.tell(event);
      },
    };
  }
  const lines = new ProgressLines((line) => {
    io.err(`${line}\n`);
  });
  return {
    ...nothing,
    stopping: () => {
      io.err(`${STOPPING}\n`);
    },
    tell: ({ event }) => {
      // Nothing is paid for a preview, so that no estimate is shown.
      if (preview && event.kind === 'run-planned') io.err(`Drawing ${plural(event.items, 'preview')}.\n`);
      else lines.tell(event);
    },
  };
}
