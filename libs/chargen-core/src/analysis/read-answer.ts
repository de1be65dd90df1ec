import { isDataMap, looksLikeModelAnswer } from '../content/index.js';
import type { CanonicalRequest, ContentKey } from '../recipe/index.js';
import type { TextReader } from '../run/index.js';
import { NONCE_FIELD } from './answer-schema.js';
import type { Json } from '../util/canonical-json.js';
import type { JsonMap } from './gemini-schema.js';
import type { ValidateAnswer } from './validate-answer.js';
import { nonceOf } from './wire-text.js';

export type AnswerVerdict =
  /** Without the nonce, which has done its work. */
  | { readonly kind: 'accepted'; readonly answer: Record<string, unknown> }
  /** A sentence that states what is wrong, for a person and for the model when it is asked again. */
  | { readonly kind: 'rejected'; readonly why: string };

/**
 * Judges what a model answered about a picture. Only one JSON object that fits the schema, echoes the nonce and
 * holds no talk in place of a description becomes data.
 */
export function readAnalysisAnswer(
  key: ContentKey,
  text: string,
  finishReason: string,
  schema: JsonMap,
  validate: ValidateAnswer,
): AnswerVerdict {
  const rejected = (why: string): AnswerVerdict => ({ kind: 'rejected', why });
  if (finishReason === 'MAX_TOKENS') return rejected('it was cut off at its greatest length; be brief.');
  let data: unknown;
  try {
    data = JSON.parse(text, wholeCharacters);
  } catch {
    return rejected(`it holds more than JSON; it begins "${text.trim().slice(0, 60)}".`);
  }
  if (!isDataMap(data)) return rejected('it is JSON, but not an object.');
  const nonce = nonceOf(key);
  if (data[NONCE_FIELD] !== nonce) {
    return rejected(`its nonce is not that of the request, so that it may belong to another picture.`);
  }
  const validation = validate(schema, data);
  if (validation.kind === 'invalid') return rejected(`${validation.errors.join('; ')}.`);
  const answer = Object.fromEntries(
    Object.entries(validation.answer).filter(([field]) => field !== NONCE_FIELD),
  );
  const talk = findTalk(answer);
  if (talk !== undefined) return rejected(`"${talk}" holds talk in place of what can be seen.`);
  return { kind: 'accepted', answer };
}

/** An answer may have half a character as an escape, and imagery.yaml would be unreadable with it. */
function wholeCharacters(_field: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/** The field in which the model speaks of itself or asks for a picture. */
function findTalk(value: unknown, at = ''): string | undefined {
  if (typeof value === 'string') return looksLikeModelAnswer(value) ? at : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = findTalk(inner, at === '' ? name : `${at}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Fields of the built-in schema that earlier versions did not ask for. */
const LATER_FIELDS: readonly Json[] = ['attire'];

/**
 * What was sent, if it is known, else what this workspace sends now: another machine's job keeps no more. A job of
 * an earlier version was not asked for the later fields, and its answer is paid for without them.
 */
export function schemaOf(request: CanonicalRequest | undefined, present: JsonMap): JsonMap {
  const sent = request?.request.generationConfig.responseSchema;
  if (sent !== undefined) return sent;
  const { required } = present;
  return Array.isArray(required)
    ? { ...present, required: required.filter((field: Json) => !LATER_FIELDS.includes(field)) }
    : present;
}

/** How often one picture is asked about, in all commands: once, and once more with what was wrong. */
const MAX_TRIES = 2;

/** Reads the answers of one call, and remembers those that did not fit, so that they are asked again once. */
export class AnswerReader {
  readonly #rejected = new Map<string, { readonly tries: number; readonly why: string }>();

  constructor(
    readonly schema: JsonMap,
    readonly validate: ValidateAnswer,
  ) {}

  #before: ReadonlyMap<string, number> = new Map();

  /** Attempts in vain of earlier commands, by key: without them every command would pay for the same anew. */
  remember(attempts: ReadonlyMap<string, number>): void {
    this.#before = attempts;
  }

  #tries(key: string): number {
    return (this.#rejected.get(key)?.tries ?? 0) + (this.#before.get(key) ?? 0);
  }

  readonly read: TextReader = ({ key, text, finishReason, request }) => {
    const verdict = readAnalysisAnswer(
      key,
      text,
      finishReason,
      schemaOf(request, this.schema),
      this.validate,
    );
    if (verdict.kind === 'accepted') return verdict;
    const tries = (this.#rejected.get(key)?.tries ?? 0) + 1;
    this.#rejected.set(key, { tries, why: verdict.why });
    const next = this.#tries(key) < MAX_TRIES ? ' It is asked again once.' : '';
    return { kind: 'rejected', why: `The answer cannot be used: ${verdict.why}${next}` };
  };

  /** What was wrong with the last answer to a key; undefined if none was wrong. */
  complaint(key: string): string | undefined {
    return this.#rejected.get(key)?.why;
  }

  /** Asked twice in vain: a third time would pay for the same. */
  isGivenUp(key: string): boolean {
    return this.#tries(key) >= MAX_TRIES;
  }
}
