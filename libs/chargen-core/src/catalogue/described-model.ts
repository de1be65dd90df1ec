import { z } from 'zod';
import { ANALYSIS_TOKENS } from './analysis-models.js';
import { ASPECT_RATIOS, IMAGE_SIZES } from './aspect-ratio.js';
import type { DatedPrices, ModelFacts } from './model-facts.js';
import { MEASURED_TEXT } from './picture-models.js';

const usd = z.number().min(0);

/** A model as the workspace describes it, in the plugin's option `models`; its id is the name of the member. */
export const describedModelSchema = z.lazy(() =>
  z.strictObject({
    for: z.enum(['pictures', 'descriptions']).optional(),
    /** US dollars at the full rate; a batch costs half. */
    price: z
      .strictObject({
        /** One million tokens of the request. */
        input: usd,
        /** One million tokens of text and thoughts. */
        output: usd,
        /** One picture of each size. */
        pictures: z.partialRecord(z.enum(IMAGE_SIZES), usd).optional(),
      })
      .optional(),
    aspectRatios: z.array(z.enum(ASPECT_RATIOS)).min(1).optional(),
    imageSizes: z.array(z.enum(IMAGE_SIZES)).min(1).optional(),
    /** How many pictures one request may show at most. */
    references: z.number().int().min(0).optional(),
    /** Whether it takes batch jobs. */
    batch: z.boolean().optional(),
  }),
);
export type DescribedModel = z.infer<typeof describedModelSchema>;

/** By model id. */
export type DescribedModels = Readonly<Record<string, DescribedModel>>;

/** References that a model is given if neither the catalogue nor the workspace states how many it takes. */
export const DEFAULT_MAX_REFERENCES = 14;

const SOURCE = { url: 'nx.json', read: '', note: 'described in the plugin option "models"' };

/** The workspace's description of a model goes before the catalogue's. */
export function withDescription(
  id: string,
  listed: ModelFacts | undefined,
  described: DescribedModel,
): ModelFacts {
  const base = listed ?? unlisted(id, described);
  const { price, aspectRatios, imageSizes, references, batch } = described;
  return {
    ...base,
    ...(price === undefined ? {} : { prices: [pricesOf(price)] }),
    ...(aspectRatios === undefined ? {} : { aspectRatios }),
    ...(imageSizes === undefined ? {} : { imageSizes }),
    ...(references === undefined ? {} : { maxReferences: references }),
    ...(batch === undefined ? {} : { batch: batch ? ('yes' as const) : ('no' as const) }),
    sources: {
      ...base.sources,
      ...(aspectRatios === undefined && imageSizes === undefined ? {} : { abilities: SOURCE }),
      ...(batch === undefined ? {} : { batch: SOURCE }),
    },
  };
}

function pricesOf({ input, output, pictures }: NonNullable<DescribedModel['price']>): DatedPrices {
  return { input, output, source: SOURCE, ...(pictures === undefined ? {} : { pictures }) };
}

/** What is not stated is not checked. */
function unlisted(id: string, described: DescribedModel): ModelFacts {
  const isForPictures = described.for !== 'descriptions';
  return {
    id,
    task: isForPictures ? 'generate' : 'analyze',
    aspectRatios: isForPictures ? ASPECT_RATIOS : [],
    imageSizes: isForPictures ? IMAGE_SIZES : [],
    maxReferences: DEFAULT_MAX_REFERENCES,
    tokensPerImage: {},
    textTokens: isForPictures ? MEASURED_TEXT : ANALYSIS_TOKENS,
    prices: [],
    batch: 'unknown',
    takesTemperature: true,
    sources: { abilities: SOURCE, batch: SOURCE },
  };
}
