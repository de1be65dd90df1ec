import type { CostEstimate, RequestFile } from '../plan/index.js';
import type { Json } from '../util/canonical-json.js';
import type { CanonicalRequest, ContentKey } from '../recipe/index.js';

type JsonMap = Readonly<Record<string, Json>>;

/** One thing to ask of Gemini, by key. Which scenes or pictures want it is known to the planner. */
export interface WorkItem {
  readonly key: ContentKey;
  /** The item name of the first scene that wants it; scenes with equal keys share one line. */
  readonly name: string;
  readonly request: CanonicalRequest;
  readonly files: readonly RequestFile[];
  /** Left out for items that are known by their key alone. */
  readonly asked?: ItemAsked;
  readonly estimate: CostEstimate;
  readonly inputTokens: number;
  /** Bytes that its answer is expected to have on the wire. */
  readonly outputBytes: number;
  /**
   * What is written into a text part only when it is sent, since it follows from the key, which cannot contain
   * itself: the nonce of an analysis, and what was wrong with a first answer.
   */
  readonly wireText?: (text: string) => string;
  /** The same for the schema of the answer. */
  readonly wireSchema?: (schema: JsonMap) => JsonMap;
}

/** What people asked for with an item, as it is journalled and kept with the answer. */
export interface ItemAsked {
  /** sha256 of all authored fields. */
  readonly digest: string;
  /** The version of the prompt compiler. */
  readonly compiler: number;
  /** The scene's `attempt`. */
  readonly attempt: number;
}

/** What is wanted now. Planned again after each collection, since pictures made may be references of others. */
export interface Work {
  readonly items: readonly WorkItem[];
  /** How many wait for pictures that are still to be made. */
  readonly waiting: number;
  /** What the whole run is expected to cost, waves that cannot be planned yet included. */
  readonly estimate: CostEstimate;
  readonly entities: number;
}

/** Digests of what people asked for with some items. */
export function askedBy(items: readonly WorkItem[]): string[] {
  return items.flatMap((item) => item.asked?.digest ?? []);
}
