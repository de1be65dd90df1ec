import type { ImageSize } from './aspect-ratio.js';
import { ANALYSIS_MODELS } from './analysis-models.js';
import { withDescription, type DescribedModels } from './described-model.js';
import type { ModelFacts, ModelTask, Retirement } from './model-facts.js';
import { ENDED_PICTURE_MODELS, PICTURE_MODELS } from './picture-models.js';
import { BATCH_LIFE_MS } from './prices.js';
import { ENDED_MODELS } from './retired-models.js';

export const DEFAULT_GENERATION_MODEL = 'gemini-3-pro-image';
export const DEFAULT_ANALYSIS_MODEL = 'gemini-3.5-flash-lite';

/** The Batch API costs half of the synchronous one. Source: ai.google.dev/gemini-api/docs/batch-api, 2026-09-18. */
export const BATCH_PRICE_FACTOR = 0.5;

/**
 * What is known of each model. A model that is not listed may still be asked for; its price is then unknown, unless
 * the workspace describes it.
 */
export const CATALOGUE: readonly ModelFacts[] = [
  ...PICTURE_MODELS,
  ...ANALYSIS_MODELS,
  ...ENDED_PICTURE_MODELS,
];

/** What a model is judged by: the workspace's descriptions of models, and the moment. */
export interface ModelTerms {
  readonly models: DescribedModels;
  /** Ask for models that Google has retired. */
  readonly allowRetired: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type ModelVerdict =
  | { readonly kind: 'living'; readonly model: ModelFacts }
  | { readonly kind: 'retired'; readonly id: string; readonly retirement: Retirement }
  | { readonly kind: 'unlisted'; readonly id: string };

/** What a model takes and costs, whether it lives or not; undefined if catalogue and workspace have no entry. */
export function modelFacts(id: string, models: DescribedModels = {}): ModelFacts | undefined {
  const listed = CATALOGUE.find((model) => model.id === id);
  const described = Object.hasOwn(models, id) ? models[id] : undefined;
  return described === undefined ? listed : withDescription(id, listed, described);
}

/** The announced or past end of a model. */
export function retirementOf(id: string): Retirement | undefined {
  return [...CATALOGUE, ...ENDED_MODELS].find((model) => model.id === id)?.retirement;
}

/** Changes if models live, or have prices, that they did not have or live at another moment. */
export function datesPassed(at: number): number {
  const ends = [...CATALOGUE, ...ENDED_MODELS].flatMap(({ retirement }) => retirement?.on ?? []);
  const prices = CATALOGUE.flatMap((model) => model.prices.flatMap(({ from }) => from ?? []));
  const dates = [...ends, ...prices].map((date) => Date.parse(date));
  return [...dates, ...prices.map((from) => Date.parse(from) - BATCH_LIFE_MS)].filter((date) => at >= date)
    .length;
}

/** Whether a retirement has come. A day begins in UTC. */
export function hasCome({ on }: Retirement, at: number): boolean {
  return on === undefined || at >= Date.parse(on);
}

/**
 * The verdict on a model id at a moment; an unlisted one is allowed, with unknown price and abilities. A retired
 * one is allowed only if the workspace allows it.
 */
export function judgeModel(id: string, { models, allowRetired, at }: ModelTerms): ModelVerdict {
  const retirement = retirementOf(id);
  if (retirement !== undefined && !allowRetired && hasCome(retirement, at)) {
    return { kind: 'retired', id, retirement };
  }
  const model = modelFacts(id, models);
  return model === undefined ? { kind: 'unlisted', id } : { kind: 'living', model };
}

/** Whether the catalogue lists a model for a task and knows of no end. Not of today: content is read the same always. */
export function isListedFor(id: string, task: ModelTask): boolean {
  const model = CATALOGUE.find((one) => one.id === id);
  return model?.task === task && model.retirement === undefined;
}

/** Models that can take the place of a retired one: those that live, and that make pictures of the size. */
export function successorsOf(
  { successors }: Retirement,
  terms: ModelTerms,
  size: ImageSize | undefined,
): readonly ModelFacts[] {
  const living = successors.flatMap((id) => {
    const verdict = judgeModel(id, terms);
    return verdict.kind === 'living' ? [verdict.model] : [];
  });
  const fitting = living.filter((model) => size === undefined || model.imageSizes.includes(size));
  return fitting.length > 0 ? fitting : living;
}

/** The next step for a person who names a retired model, as the end of a sentence. */
export function describeSuccessors(retirement: Retirement, terms: ModelTerms, size?: ImageSize): string {
  const named = successorsOf(retirement, terms, size).map(
    ({ id, batch }) => `"${id}"${batch === 'yes' ? '' : ' (not known to take batches)'}`,
  );
  return named.join(' or ');
}
