import type { Clock } from '../../util/clock.js';

/**
 * A signal that aborts a while after another one: what must not be cut off at once, since it may be billed, is cut
 * off then. `onWait` is called when the time begins.
 */
export function aWhileAfter(
  clock: Clock,
  signal: AbortSignal,
  ms: number,
  onWait: () => void,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const later = new AbortController();
  const ended = new AbortController();
  const begin = (): void => {
    onWait();
    void clock.sleep(ms, ended.signal).then(() => {
      if (!ended.signal.aborted) later.abort(signal.reason);
    });
  };
  signal.addEventListener('abort', begin, { once: true });
  return {
    signal: later.signal,
    end: () => {
      signal.removeEventListener('abort', begin);
      ended.abort();
    },
  };
}
