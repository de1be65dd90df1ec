import type { ItemFault } from '../faults/types.js';

/** A fault asked for in the prompt itself. */
export interface Marker {
  readonly fault: ItemFault;
  /** `[[…:once]]`: only the first time that this request is served. */
  readonly once: boolean;
}

/**
 * Reads `[[name]]`, `[[name:argument]]`, each also with a last `:once`: a way to script one scene from its prompt,
 * where no test can arm a rule (a preview, a demonstration, a shell).
 */
export function findMarker(prompt: string): Marker | undefined {
  for (const match of prompt.matchAll(/\[\[([a-z-]+)((?::[^\]:]*)*)\]\]/g)) {
    const words = (match[2] ?? '').split(':').slice(1);
    const once = words.at(-1) === 'once';
    const fault = markerFault(match[1] ?? '', once ? words.slice(0, -1) : words);
    if (fault !== undefined) return { fault, once };
  }
  return undefined;
}

function markerFault(name: string, [argument]: readonly string[]): ItemFault | undefined {
  switch (name) {
    case 'refuse':
      return { kind: 'refuse', finishReason: argument ?? 'IMAGE_SAFETY' };
    case 'block':
      return { kind: 'prompt-blocked', blockReason: argument ?? 'PROHIBITED_CONTENT' };
    case 'error':
      return { kind: 'item-error', code: Number(argument ?? '13') };
    case 'max-tokens':
      return { kind: 'max-tokens' };
    case 'drafts':
      return { kind: 'drafts', count: Number(argument ?? '1') };
    case 'text-only':
      return { kind: 'text-only', ...(argument === undefined ? {} : { finishReason: argument }) };
    case 'wrong-aspect':
      return { kind: 'wrong-aspect' };
    case 'garbage':
      return { kind: 'schema-garbage' };
    case 'missing':
      return { kind: 'line-missing' };
    case 'doubled':
      return { kind: 'line-doubled' };
    default:
      return undefined;
  }
}
