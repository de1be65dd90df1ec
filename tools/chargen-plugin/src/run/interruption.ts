import { setMaxListeners } from 'node:events';
/**
 * An abort signal for Ctrl-C and SIGTERM. Nx sends both, some milliseconds apart, and then waits: the work is
 * wound down and every task is reported, instead of dying in the middle of a write.
 */
export function onInterruption(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  // Requests of a run that wait at the same time all listen: with eleven, Node printed a warning of a leak.
  setMaxListeners(0, controller.signal);
  const stop = (): void => {
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
