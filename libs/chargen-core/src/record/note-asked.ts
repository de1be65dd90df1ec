import { join } from 'node:path';
import { scenePaths, type Asked, type PlannedScene } from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import { readRecipe, recipeSchema, type CanonicalRequest, type Recipe } from '../recipe/index.js';
import type { Store, StoredResult } from '../store/index.js';
import { asJson, canonicalJson } from '../util/canonical-json.js';
import { layJson } from './lay-file.js';
import { recipeHead, type RecordContext } from './lay-picture.js';

/** What people ask for now with a request, and the pictures that it sends. */
export interface AskedNow {
  readonly asked: Asked;
  readonly request: CanonicalRequest | undefined;
  readonly files: readonly { readonly sha256: string }[];
}

/**
 * Makes an answer that the store has under its key also the answer to what people ask for now. A field that the present
 * prompt does not use can change without a new key: else a later version of the tool, which has neither the key nor the
 * words, would pay for it again.
 */
export async function indexAnswer(
  store: Store,
  { asked, request, files }: AskedNow,
  key: string,
): Promise<void> {
  const isKnown = (await store.answersTo(asked.digest)).some(({ of }) => of === key);
  const result: StoredResult | undefined = isKnown ? undefined : await store.find(key);
  if (result === undefined) return;
  const pictures = files.map(({ sha256 }) => sha256);
  const answered = { digest: asked.digest, compiler: COMPILER_VERSION, pictures, request };
  await store.keep({ ...result, answered });
}

/** Whether `noteAsked` has nothing to write. */
export function isAskedNoted({ state, asked }: PlannedScene): boolean {
  return state.kind !== 'done' || state.by.kind !== 'key' || state.recipe.asked?.digest === asked.digest;
}

/** The same for a picture that is done by its key, in its recipe and in the store. */
export async function noteAsked(context: RecordContext, planned: PlannedScene): Promise<void> {
  const { state, key, request, entity, scene } = planned;
  if (isAskedNoted(planned) || state.kind !== 'done' || key === undefined || request === undefined) return;
  const head = recipeHead(planned, context.places, { key, request, compiler: COMPILER_VERSION });
  const recipe: Recipe = { ...state.recipe, ...head };
  const { recipe: path } = scenePaths(entity, scene, context.places);
  const present = await readRecipe(join(context.workspaceRoot, path));
  // Another process has made the picture anew since it was planned.
  if (present.kind !== 'present' || !isSame(present.value, state.recipe)) return;
  await indexAnswer(context.store, planned, key);
  // The picture is done also if its recipe cannot be replaced now; the next run tries again.
  await layJson(context, path, recipe, recipeSchema);
}

function isSame(one: Recipe, other: Recipe): boolean {
  return canonicalJson(asJson(one)) === canonicalJson(asJson(other));
}
