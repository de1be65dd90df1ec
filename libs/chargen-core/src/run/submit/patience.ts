/**
 * A signal that aborts a while after another one: what must not be cut off at once, since it may be billed, is cut
 * off then. `onWait` is called when the time begins.
 */
export function aWhileAfter(
  signal: AbortSignal,
  ms: number,
  onWait: () => void,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    onWait();
    timer = setTimeout(() => {
      later.abort(signal.reason);
    }, ms);
  };
  signal.addEventListener('abort', begin, { once: true });
  return {
    signal: later.signal,
    end: () => {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
