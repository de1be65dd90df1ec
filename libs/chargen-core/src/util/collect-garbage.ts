import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What may be left unfreed by default: some three pictures of 2K as base64. */
const MAY_GROW_BYTES = 24 * 1024 ** 2;

let collect: (() => unknown) | undefined;
/** Bytes in use after the last time; at first, when this was first asked. */
let left: number | undefined;

/**
 * Has V8 free unreferenced memory, if what is in use has grown by `mayGrowBytes` (in a large heap by a quarter) since the
 * last time. By itself V8 lets texts of megabytes pile up for as long as there is room: a result file of three gigabytes took
 * 360 MB of memory, and other times 300. The way is that of jest-leak-detector; if it is closed nothing happens, and V8
 * frees memory when it chooses.
 */
export function collectGarbage(mayGrowBytes = MAY_GROW_BYTES): void {
  left ??= bytesInUse();
  if (bytesInUse() - left < Math.max(mayGrowBytes, left / 4)) return;
  collect ??= exposed();
  collect();
  left = bytesInUse();
}

function bytesInUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
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
