import { withoutMarkers } from './markers.js';
import type { GenerateRequest } from '../wire/requests.js';

/** All text of a request in reading order, the system instruction first. */
export function promptText(request: GenerateRequest): string {
  const contents = [...(request.systemInstruction ? [request.systemInstruction] : []), ...request.contents];
  return contents
    .flatMap((content) => content.parts ?? [])
    .map((part) => part.text ?? '')
    .filter((text) => text !== '')
    .join('\n');
}

/** The text that the user sent last: what a picture quotes. */
export function userText(request: GenerateRequest): string {
  const text = request.contents
    .flatMap((content) => content.parts ?? [])
    .map((part) => part.text ?? '')
    .join(' ');
  return withoutMarkers(text).trim();
}

/** The two halves of a key such as `character/ada/at-the-loom@sha256:<64 hex>`. */
export function splitKey(key: string | null): { readonly title: string; readonly hash?: string } {
  if (key === null) return { title: 'generateContent' };
  const match = /^(.*)@sha256:([0-9a-f]{64})$/.exec(key);
  return match?.[1] !== undefined && match[2] !== undefined
    ? { title: match[1], hash: match[2] }
    : { title: key };
}
