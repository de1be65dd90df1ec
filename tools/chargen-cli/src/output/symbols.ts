import type { styleText } from 'node:util';
import type { PlannedItem } from 'chargen-core';

interface Symbol {
  /** One column wide in every terminal. */
  readonly symbol: string;
  readonly colour: Parameters<typeof styleText>[0];
}

/** How a scene's state is shown; never by colour alone. */
export const SYMBOLS: Readonly<Record<PlannedItem['state'], Symbol>> = {
  done: { symbol: '✓', colour: 'green' },
  reused: { symbol: '✓', colour: 'cyan' },
  pending: { symbol: '○', colour: 'yellow' },
  'in-flight': { symbol: '◔', colour: 'yellow' },
  waits: { symbol: '○', colour: 'yellow' },
  refused: { symbol: '!', colour: 'magenta' },
  unusable: { symbol: '!', colour: 'magenta' },
  edited: { symbol: '!', colour: 'magenta' },
  locked: { symbol: '-', colour: 'dim' },
  blocked: { symbol: '✗', colour: 'red' },
};
