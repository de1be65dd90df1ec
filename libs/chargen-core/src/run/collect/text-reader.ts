import type { CanonicalRequest, ContentKey } from '../../recipe/index.js';

/** What an analysis makes of a text answer. */
export type TextVerdict =
  | { readonly kind: 'accepted'; readonly answer: Record<string, unknown> }
  | { readonly kind: 'rejected'; readonly why: string };
/** `request` is what was sent; undefined for an item of another machine's job. */
export type TextReader = (answer: {
  readonly key: ContentKey;
  readonly text: string;
  readonly finishReason: string;
  readonly request: CanonicalRequest | undefined;
}) => TextVerdict;
