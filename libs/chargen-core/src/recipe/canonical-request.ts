import { z } from 'zod';
import { digestJson } from '../util/canonical-json.js';
import { KEY_VERSION } from './key-version.js';

const textPart = z.strictObject({ text: z.string() });
/** An uploaded file: on the wire its address, here its content, since addresses change with every upload. */
const filePart = z.strictObject({ file: z.strictObject({ sha256: z.string(), mimeType: z.string() }) });

/**
 * Everything that can change the answer, and nothing else. Not in it: entity, slug, scene id, file names and
 * dates; two scenes that ask for the same are paid once.
 */
export const canonicalRequestSchema = z.lazy(() =>
  z.strictObject({
    v: z.literal(KEY_VERSION),
    model: z.string(),
    /** Raised by an author to roll again. */
    take: z.number().int(),
    /** The GenerateContentRequest in Gemini's own words (camelCase), files replaced by their digests. */
    request: z.strictObject({
      contents: z.array(
        z.strictObject({ role: z.literal('user'), parts: z.array(z.union([textPart, filePart])) }),
      ),
      generationConfig: z.strictObject({
        responseModalities: z.array(z.string()).optional(),
        imageConfig: z.strictObject({ aspectRatio: z.string(), imageSize: z.string().optional() }).optional(),
        temperature: z.number().optional(),
        responseMimeType: z.string().optional(),
        responseSchema: z.record(z.string(), z.json()).optional(),
        mediaResolution: z.string().optional(),
      }),
      safetySettings: z.array(z.strictObject({ category: z.string(), threshold: z.string() })).optional(),
    }),
  }),
);
export type CanonicalRequest = z.infer<typeof canonicalRequestSchema>;

declare const keyBrand: unique symbol;
/** sha256 (hex) of a canonical request: what the store, claims and collecting go by. */
export type ContentKey = string & { readonly [keyBrand]: 'ContentKey' };

/**
 * The only place where a content key is made. A request has no members but those of the schema: one that was read passed
 * it, and one that was made is held to its type. To parse each again took a fiftieth of the time of a plan.
 */
export function contentKey(request: CanonicalRequest): ContentKey {
  return asContentKey(digestJson(request));
}

/** A digest that came from a file or a result line. Throws for anything that is not 64 hex digits. */
export function asContentKey(text: string): ContentKey {
  if (!isContentKey(text)) throw new TypeError(`Not a content key: ${text.slice(0, 80)}`);
  return text;
}

function isContentKey(text: string): text is ContentKey {
  return /^[0-9a-f]{64}$/.test(text);
}

/** `character/cidrella-vexweld/workshop-tinkering@sha256:<key>`, for people and for the JSONL line. */
export function itemName(scene: string, key: ContentKey): string {
  return `${scene}@sha256:${key}`;
}

/** The key in an item name: a line is matched by it alone, so that a renamed scene loses nothing. */
export function keyOfItem(name: string): ContentKey | undefined {
  const digest = /@sha256:([0-9a-f]{64})$/.exec(name)?.[1];
  return digest !== undefined && isContentKey(digest) ? digest : undefined;
}

/** `character/finn/rooftop@sha256:…` without its key. */
export function sceneOfItem(name: string): string {
  const at = name.lastIndexOf('@sha256:');
  return at === -1 ? name : name.slice(0, at);
}

/** The words of a request, without the pictures between them. */
export function requestText({ request }: CanonicalRequest): string {
  return request.contents
    .flatMap((content) => content.parts.flatMap((part) => ('text' in part ? [part.text] : [])))
    .join('\n\n');
}
