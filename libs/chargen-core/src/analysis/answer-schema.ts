import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isDataMap } from '../content/data.js';
import { analysisAnswerSchema } from '../recipe/analysis-answer.js';
import { toGeminiSchema, type JsonMap, type SchemaOutcome } from './gemini-schema.js';

/** The field in which an answer must repeat what the request said, so that a mixed-up one is caught. */
export const NONCE_FIELD = 'nonce';

const NONCE_SCHEMA = { type: 'string', description: 'The nonce of the request, letter for letter.' };

/** The built-in schema as JSON Schema, in the order in which fields are answered. */
function builtIn(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(analysisAnswerSchema, { target: 'draft-2020-12' });
}

let standard: JsonMap | undefined;

/** The schema that is sent if the workspace has none of its own. */
export function defaultAnswerSchema(): JsonMap {
  if (standard !== undefined) return standard;
  const outcome = answerSchema(undefined, 'extend');
  if (outcome.kind === 'refused') throw new Error(outcome.why);
  standard = outcome.schema;
  return standard;
}

/** Whether answers of a schema state how a picture fits its canonical appearance, in the form that is read here. */
export function asksForCanon(schema: JsonMap): boolean {
  const canonOf = ({ properties }: JsonMap): unknown => mapOf(properties)['canon'];
  return isDeepStrictEqual(canonOf(schema), canonOf(defaultAnswerSchema()));
}

/**
 * The schema that is sent: the built-in one, a workspace's own in its place, or both (the workspace's fields win).
 * The nonce is always the first field.
 */
export function answerSchema(own: unknown, mode: 'extend' | 'replace'): SchemaOutcome {
  const base = builtIn();
  if (own === undefined) return withNonce(base);
  if (!isDataMap(own) || own['type'] !== 'object' || !isDataMap(own['properties'])) {
    return { kind: 'refused', why: 'The schema must be of type "object" and have "properties".' };
  }
  if (mode === 'replace') return withNonce(own);
  return withNonce({
    ...base,
    properties: { ...mapOf(base['properties']), ...own['properties'] },
    required: [...new Set([...namesOf(base['required']), ...namesOf(own['required'])])],
  });
}

function withNonce(schema: Readonly<Record<string, unknown>>): SchemaOutcome {
  return toGeminiSchema({
    ...schema,
    properties: { [NONCE_FIELD]: NONCE_SCHEMA, ...mapOf(schema['properties']) },
    required: [...new Set([NONCE_FIELD, ...namesOf(schema['required'])])],
  });
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return isDataMap(value) ? value : {};
}

function namesOf(value: unknown): readonly string[] {
  const names = z.array(z.string()).safeParse(value ?? []);
  return names.success ? names.data : [];
}
