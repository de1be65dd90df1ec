import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isMissing, whyUnreadable } from '../util/fs-error.js';
import { newerFormat } from '../util/newer-format.js';
import { isSurelyAbsent } from '../util/stats-of.js';
import {
  pictureSchema,
  provenanceSchema,
  type GeneratedResult,
  type RefusedResult,
} from '../store/stored-result.js';
import { canonicalRequestSchema } from './canonical-request.js';

/** What people had written for a picture when it was asked for; see `Asked` in plan/. */
const askedSchema = z.lazy(() =>
  z.object({
    /** sha256 of all fields. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    /** A short digest of each authored field. */
    fields: z.record(z.string(), z.string()),
    /** The version of the prompt compiler that made the request. */
    compiler: z.number().int(),
  }),
);
export type RecipeAsked = z.infer<typeof askedSchema>;

const referenceSchema = z.lazy(() =>
  z.object({
    name: z.string(),
    role: z.string(),
    /** Relative to the workspace; absent for a picture that lay in the store. */
    path: z.string().optional(),
    sha256: z.string(),
    /** Short digest of the reference as the scene states it, to see whether the scene still does. */
    written: z.string().optional(),
  }),
);

/** What every file beside a picture begins with. */
export const sidecarHead = {
  v: z.literal(1),
  /** `character/cidrella-vexweld/workshop-tinkering@sha256:<key>` */
  item: z.string(),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** True only for what the emulator made. */
  preview: z.literal(true).optional(),
  /** What was hashed: the key can be computed again from this alone. */
  request: canonicalRequestSchema,
  /** Left out by versions that judged answers by their key alone. */
  asked: askedSchema.optional(),
};

const common = {
  ...sidecarHead,
  references: z.array(referenceSchema),
  provenance: provenanceSchema,
};

/** Stands in recipes for what is not known of a picture that was made without chargen. */
export const ADOPTED = 'adopted';

/** How a picture was made; kept beside it as `<scene>.recipe.json`. */
export const recipeSchema = z.lazy(() =>
  z.object({
    ...common,
    picture: pictureSchema.unwrap().extend({ file: z.string() }),
    drafts: z.number().int(),
    /** What is not as it was asked for, such as another shape. */
    warnings: z.array(z.string()),
    /**
     * Of an adopted picture: the scenes that this one shows and that had no picture yet. The request is the one without
     * them, and it stays good when they are made: the picture was there before.
     */
    without: z.array(z.string()).optional(),
  }),
);
export type Recipe = z.infer<typeof recipeSchema>;

/** What the store keeps of a picture, as far as its recipe holds it. */
export function resultOf({ key, picture, drafts, provenance }: Recipe): GeneratedResult {
  const { sha256, bytes, mimeType, extension, width, height } = picture;
  return {
    v: 1,
    kind: 'generated',
    key,
    picture: { sha256, bytes, mimeType, extension, width, height },
    drafts,
    provenance,
  };
}

/** Why there is no picture; kept as `<scene>.refused.json` in the place of the picture. */
export const refusalSchema = z.lazy(() =>
  z.object({
    ...common,
    reason: z.string(),
    message: z.string(),
    advice: z.string(),
    /** The scene's `attempt` that was refused; left out for the first. */
    attempt: z.number().int().optional(),
  }),
);
export type Refusal = z.infer<typeof refusalSchema>;

/** What the store keeps of a refusal. */
export function resultOfRefusal({ key, reason, message, attempt, provenance }: Refusal): RefusedResult {
  return {
    v: 1,
    kind: 'refused',
    key,
    reason,
    message,
    ...(attempt === undefined ? {} : { attempt }),
    provenance,
  };
}

export type SidecarOutcome<T> =
  | { readonly kind: 'present'; readonly value: T }
  | { readonly kind: 'absent' }
  /** Not readable as what it must be; the file is left as it is. */
  | { readonly kind: 'broken'; readonly why: string };

/** Reads a JSON file that the tool wrote beside a picture. */
export function readSidecar<T>(path: string, schema: z.ZodType<T>): Promise<SidecarOutcome<T>> {
  return Promise.resolve(sidecarAt(path, schema));
}

function sidecarAt<T>(path: string, schema: z.ZodType<T>): SidecarOutcome<T> {
  if (isSurelyAbsent(path)) return { kind: 'absent' };
  let text: string;
  try {
    // Synchronously: thousands of small files take a fifth of the processor time so.
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return { kind: 'absent' };
    return { kind: 'broken', why: whyUnreadable(error) };
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { kind: 'broken', why: 'it is not JSON' };
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return { kind: 'present', value: parsed.data };
  const newer = newerFormat(data);
  if (newer !== undefined) return { kind: 'broken', why: `it ${newer}` };
  const first = parsed.error.issues[0];
  return {
    kind: 'broken',
    why: first === undefined ? 'it has another form' : `${first.path.join('.')}: ${first.message}`,
  };
}

export function readRecipe(path: string): Promise<SidecarOutcome<Recipe>> {
  return readSidecar(path, recipeSchema);
}

export function readRefusal(path: string): Promise<SidecarOutcome<Refusal>> {
  return readSidecar(path, refusalSchema);
}
