import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => unknown) | undefined;

/**
 * Has V8 free unreferenced memory now. By itself it keeps texts of megabytes for as long as there is room:
 * a result file of three gigabytes took 360 MB of memory, and other times 300. The way is that of jest-leak-detector;
 * if it is closed nothing happens, and V8 frees memory when it chooses.
 */
export function collectGarbage(): void {
  collect ??= exposed();
  collect();
}

function exposed(): () => unknown {
  setFlagsFromString('--expose-gc');
  try {
    const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
    return isFunction(found) ? found : () => undefined;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function';
}
