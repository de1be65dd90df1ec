import {
  BATCH_PRICE_FACTOR,
  CATALOGUE,
  comingPrices,
  hasCome,
  IMAGE_SIZES,
  modelFacts,
  pricesAt,
  retirementOf,
  successorsOf,
  type BatchSupport,
  type DatedPrices,
  type ImageSize,
  type ModelFacts,
  type Source,
} from '../catalogue/index.js';
import { batchOf, type ServedModel } from '../gemini/index.js';
import {
  costOfPicture,
  FULL_PRICE,
  modelTerms,
  roundMicro,
  type ChargenSettings,
  type CostEstimate,
} from '../plan/index.js';

/** A model as `chargen models` lists it. The names are a promise to scripts. */
export interface ListedModel {
  readonly id: string;
  readonly for: 'pictures' | 'descriptions';
  /** Options of the plugin that name it. */
  readonly options: readonly ('generationModel' | 'analysisModel')[];
  readonly status: 'living' | 'ends' | 'retired';
  /** The first day without it; null if none is announced. */
  readonly endsOn: string | null;
  readonly successors: readonly string[];
  readonly batch: BatchSupport;
  readonly aspectRatios: readonly string[];
  readonly maxReferences: number;
  /** The expected cost of one picture of each size, thoughts included, without the pictures and text of its request. */
  readonly pictures: readonly PictureCost[];
  /** For one million tokens at the full rate; null if no price is known. */
  readonly price: TokenPrice | null;
  /** Prices that begin later. */
  readonly priceChanges: readonly TokenPrice[];
  readonly sources: readonly (Source & { readonly fact: string })[];
}

export interface PictureCost {
  readonly size: ImageSize;
  /** US dollars; null if no price is known. */
  readonly fullUsd: number | null;
  readonly batchUsd: number | null;
}

export interface TokenPrice {
  /** The first day, or null for the first prices that are known. */
  readonly from: string | null;
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly imageUsd: number | null;
}

/** Every model of the catalogue and of the workspace at a moment (milliseconds since 1970), those for pictures first. */
export function listModels(settings: ChargenSettings, at: number): ListedModel[] {
  const ids = [...new Set([...CATALOGUE.map(({ id }) => id), ...Object.keys(settings.models)])];
  const listed = ids.flatMap((id) => {
    const model = modelFacts(id, settings.models);
    return model === undefined ? [] : [listedModel(model, settings, at)];
  });
  return listed.sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ for: purpose, status }: ListedModel): number {
  return (status === 'retired' ? 2 : 0) + (purpose === 'pictures' ? 0 : 1);
}

function listedModel(model: ModelFacts, settings: ChargenSettings, at: number): ListedModel {
  const { id, task, batch, aspectRatios, maxReferences } = model;
  const retirement = retirementOf(id);
  const terms = modelTerms(settings, at);
  const prices = pricesAt(model, at);
  return {
    id,
    for: task === 'generate' ? 'pictures' : 'descriptions',
    options: (['generationModel', 'analysisModel'] as const).filter((name) => settings[name] === id),
    status: retirement === undefined ? 'living' : hasCome(retirement, at) ? 'retired' : 'ends',
    endsOn: retirement?.on ?? null,
    successors:
      retirement === undefined ? [] : successorsOf(retirement, terms, undefined).map((one) => one.id),
    batch,
    aspectRatios,
    maxReferences,
    pictures: IMAGE_SIZES.filter((size) => model.imageSizes.includes(size)).map((size) => ({
      size,
      fullUsd: usdOf(costOfPicture(model, size, at, FULL_PRICE)),
      batchUsd: usdOf(costOfPicture(model, size, at, BATCH_PRICE_FACTOR)),
    })),
    price: prices === undefined ? null : tokenPrice(prices),
    priceChanges: comingPrices(model, at).map(tokenPrice),
    sources: sourcesOf(model, prices),
  };
}

function usdOf({ expected, unknown }: CostEstimate): number | null {
  return unknown > 0 ? null : roundMicro(expected);
}

function tokenPrice({ from, input, output, imageOutput }: DatedPrices): TokenPrice {
  return { from: from ?? null, inputUsd: input, outputUsd: output, imageUsd: imageOutput ?? null };
}

function sourcesOf(
  { sources, retirement }: ModelFacts,
  prices: DatedPrices | undefined,
): ListedModel['sources'] {
  return [
    { fact: 'abilities', ...sources.abilities },
    { fact: 'batch', ...sources.batch },
    ...(prices === undefined ? [] : [{ fact: 'price', ...prices.source }]),
    ...(sources.queuedTokens === undefined ? [] : [{ fact: 'queue', ...sources.queuedTokens }]),
    ...(retirement === undefined ? [] : [{ fact: 'end', ...retirement.source }]),
  ];
}

/** A difference between what Google reports to a key and what the list has. */
export type ModelDifference =
  /** It is listed as living, and the key does not see it. */
  | { readonly kind: 'not-served'; readonly id: string }
  /** Its end has come, and the key sees it. */
  | { readonly kind: 'still-served'; readonly id: string }
  | {
      readonly kind: 'batch';
      readonly id: string;
      readonly listed: BatchSupport;
      readonly served: BatchSupport;
    }
  /** It makes pictures by its name, and is not listed. */
  | { readonly kind: 'not-listed'; readonly id: string; readonly batch: BatchSupport };

/** What a key sees against what is listed, sorted by id. */
export function compareModels(
  listed: readonly ListedModel[],
  served: readonly ServedModel[],
): ModelDifference[] {
  const seen = new Map(served.map((model) => [model.id, model]));
  const known = new Set(listed.map(({ id }) => id));
  const differences = listed.flatMap(({ id, status, batch }): ModelDifference[] => {
    const model = seen.get(id);
    if (model === undefined) return status === 'retired' ? [] : [{ kind: 'not-served', id }];
    if (status === 'retired') return [{ kind: 'still-served', id }];
    const now = batchOf(model);
    return now === 'unknown' || now === batch ? [] : [{ kind: 'batch', id, listed: batch, served: now }];
  });
  const others = served.filter(
    ({ id }) => !known.has(id) && /image|banana/.test(id) && retirementOf(id) === undefined,
  );
  const unlisted = others.map((model) => ({
    kind: 'not-listed' as const,
    id: model.id,
    batch: batchOf(model),
  }));
  return [...differences, ...unlisted].sort((a, b) => (a.id < b.id ? -1 : 1));
}
