import { MOST_DRAFTS, type ItemFault } from '../faults/types.js';

/** A fault asked for in the prompt itself. */
export interface Marker {
  readonly fault: ItemFault;
  /** `[[…:once]]`: only the first time that this request is served. */
  readonly once: boolean;
}

/**
 * Reads `[[name]]`, `[[name:argument]]`, each also with a last `:once`: a way to script one scene from its prompt,
 * if no test can arm a rule (a preview, a demonstration, a shell).
 */
export function findMarker(prompt: string): Marker | undefined {
  for (const match of prompt.matchAll(MARKER)) {
    const marker = readMarker(match[1] ?? '', match[2] ?? '');
    if (marker !== undefined) return marker;
  }
  return undefined;
}

/** A text without its markers; other double brackets stay. */
export function withoutMarkers(text: string): string {
  return text.replace(MARKER, (whole, name: string, rest: string) =>
    readMarker(name, rest) === undefined ? whole : '',
  );
}

const MARKER = /\[\[([a-z-]+)((?::[^\]:]*)*)\]\]/g;

function readMarker(name: string, rest: string): Marker | undefined {
  const words = rest.split(':').slice(1);
  const once = words.at(-1) === 'once';
  const fault = markerFault(name, once ? words.slice(0, -1) : words);
  return fault === undefined ? undefined : { fault, once };
}

function markerFault(name: string, [argument]: readonly string[]): ItemFault | undefined {
  switch (name) {
    case 'refuse':
      return { kind: 'refuse', finishReason: argument ?? 'IMAGE_SAFETY' };
    case 'block':
      return { kind: 'prompt-blocked', blockReason: argument ?? 'PROHIBITED_CONTENT' };
    case 'error': {
      const code = whole(argument ?? '13', 16);
      return code === undefined ? undefined : { kind: 'item-error', code };
    }
    case 'max-tokens':
      return { kind: 'max-tokens' };
    case 'drafts': {
      const count = whole(argument ?? '1', MOST_DRAFTS);
      return count === undefined ? undefined : { kind: 'drafts', count };
    }
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

/** A number from 1 to `most`; a marker with anything else is no marker. */
function whole(text: string, most: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : undefined;
}
