import type { ContentKey } from '../recipe/index.js';
import { sha256Hex } from '../util/digest.js';

/**
 * The text part that stands for the nonce in a canonical request. The nonce follows from the key and the key is
 * the digest of the canonical request, so the real one can only be put in when the request is sent.
 */
export const NONCE_PLACEHOLDER = 'nonce: {nonce}';

/** Short, and told by nothing but the request: the key in the JSONL line is not shown to the model. */
export function nonceOf(key: ContentKey): string {
  return sha256Hex(`nonce ${key}`).slice(0, 10);
}

/** What a text part of an analysis becomes on the wire; `wrong` says why a first answer was not accepted. */
export function analysisWireText(key: ContentKey, wrong: string | undefined): (text: string) => string {
  return (text) => {
    if (text !== NONCE_PLACEHOLDER) return text;
    const nonce = `nonce: ${nonceOf(key)}`;
    if (wrong === undefined) return nonce;
    return (
      `${nonce}\nYou were asked this before, and your answer could not be used: ${wrong}\n` +
      'Answer again with one JSON object as the schema says and nothing else.'
    );
  };
}
