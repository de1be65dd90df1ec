import { z } from 'zod';
import { isDataMap } from '../content/data.js';
import type { ContentKey } from '../recipe/index.js';
import { sha256Hex } from '../util/digest.js';
import { NONCE_FIELD } from './answer-schema.js';
import type { JsonMap } from './gemini-schema.js';

/**
 * The text part that stands for the nonce in a canonical request. The nonce follows from the key and the key is
 * the digest of the canonical request, so the real one can only be put in when the request is sent.
 */
export const NONCE_PLACEHOLDER = 'nonce: {nonce}';

/** Short, and known only from the request: the key in the JSONL line is not shown to the model. */
export function nonceOf(key: ContentKey): string {
  return sha256Hex(`nonce ${key}`).slice(0, 10);
}

/**
 * The schema of an analysis on the wire: its nonce has exactly one value, so that an answer cannot miss it. The key is
 * made from the schema without it, for the same reason as the text.
 */
export function analysisWireSchema(key: ContentKey): (schema: JsonMap) => JsonMap {
  return (schema) => {
    const { properties } = schema;
    const nonce = isDataMap(properties) ? properties[NONCE_FIELD] : undefined;
    if (!isDataMap(properties) || !isDataMap(nonce)) return schema;
    const only = { ...nonce, enum: [nonceOf(key)] };
    return wireSchema.parse({ ...schema, properties: { ...properties, [NONCE_FIELD]: only } });
  };
}

const wireSchema = z.record(z.string(), z.json());

/** What a text part of an analysis becomes on the wire; `wrong` states why a first answer was not accepted. */
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
