import type { ImageSize } from './aspect-ratio.js';
import type { DatedPrices, ModelFacts, TokenPrices } from './model-facts.js';

/** A batch job ends 48 hours after it was made at the latest. Source: ai.google.dev/gemini-api/docs/batch-api. */
export const BATCH_LIFE_MS = 48 * 3_600_000;

/** The prices of a moment; undefined if none is known. */
export function pricesAt({ prices }: Pick<ModelFacts, 'prices'>, at: number): DatedPrices | undefined {
  return prices.findLast(({ from }) => from === undefined || at >= Date.parse(from));
}

/** Every price that a batch job may be billed at that is made at a moment: those of the moment first. */
export function pricesOfBatch(model: Pick<ModelFacts, 'prices'>, at: number): readonly DatedPrices[] {
  const now = pricesAt(model, at);
  if (now === undefined) return [];
  const later = model.prices.filter(
    ({ from }) => from !== undefined && Date.parse(from) > at && Date.parse(from) <= at + BATCH_LIFE_MS,
  );
  return [now, ...later];
}

/** Prices that begin after a moment. */
export function comingPrices({ prices }: Pick<ModelFacts, 'prices'>, at: number): readonly DatedPrices[] {
  return prices.filter(({ from }) => from !== undefined && Date.parse(from) > at);
}

/** US dollars for one picture at the full rate, without thoughts and what it is shown; undefined if not known. */
export function pictureUsd(
  { tokensPerImage }: Pick<ModelFacts, 'tokensPerImage'>,
  { pictures, imageOutput }: TokenPrices,
  size: ImageSize,
): number | undefined {
  const stated = pictures?.[size];
  if (stated !== undefined) return stated;
  const tokens = tokensPerImage[size];
  return tokens === undefined || imageOutput === undefined ? undefined : (tokens * imageOutput) / 1_000_000;
}
