/** What the emulator knows of a model. Ids and dates are facts of late 2026; see the README for how they are known. */
export interface ModelFacts {
  readonly id: string;
  readonly displayName: string;
  readonly output: 'image' | 'text';
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  readonly batch: boolean;
  readonly aspectRatios: readonly string[];
  readonly imageSizes: readonly string[];
  /** Tokens that one picture is billed with, by size. */
  readonly imageTokens: Readonly<Record<string, number>>;
  /** Gone from this day on (UTC). */
  readonly shutDown?: string;
  /** Answers that come after {@link shutDown} come from this model instead of a 404. */
  readonly routedTo?: string;
  /** Listed, but answers 404 to keys that have not used it before. */
  readonly closedFor?: { readonly since: string; readonly successor: string };
}

const TEN = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;
const FOURTEEN = [...TEN, '1:4', '4:1', '1:8', '8:1'] as const;

type ImageFacts = Pick<ModelFacts, 'id' | 'displayName' | 'aspectRatios' | 'imageSizes' | 'imageTokens'> &
  Partial<ModelFacts>;

const image = (facts: ImageFacts): ModelFacts => ({
  output: 'image',
  inputTokenLimit: 131_072,
  outputTokenLimit: 32_768,
  batch: true,
  ...facts,
});

const text = (id: string, displayName: string, more: Partial<ModelFacts> = {}): ModelFacts => ({
  id,
  displayName,
  output: 'text',
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  batch: true,
  aspectRatios: [],
  imageSizes: [],
  imageTokens: {},
  ...more,
});

export const MODELS: readonly ModelFacts[] = [
  image({
    id: 'gemini-3-pro-image',
    displayName: 'Gemini 3 Pro Image',
    aspectRatios: TEN,
    imageSizes: ['1K', '2K', '4K'],
    imageTokens: { '1K': 1120, '2K': 1120, '4K': 2000 },
  }),
  image({
    id: 'gemini-3.1-flash-lite-image',
    displayName: 'Gemini 3.1 Flash-Lite Image',
    aspectRatios: TEN,
    imageSizes: ['512', '1K'],
    imageTokens: { '512': 747, '1K': 1120 },
  }),
  image({
    id: 'gemini-nano-banana-2.1',
    displayName: 'Nano Banana 2.1',
    aspectRatios: FOURTEEN,
    imageSizes: ['1K', '2K', '4K'],
    imageTokens: { '1K': 1120, '2K': 1680, '4K': 3780 },
  }),
  image({
    id: 'gemini-3.1-flash-image',
    displayName: 'Gemini 3.1 Flash Image',
    aspectRatios: FOURTEEN,
    imageSizes: ['512', '1K', '2K', '4K'],
    imageTokens: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
    shutDown: '2026-10-29',
  }),
  image({
    id: 'gemini-2.5-flash-image',
    displayName: 'Gemini 2.5 Flash Image',
    aspectRatios: TEN,
    imageSizes: ['1K'],
    imageTokens: { '1K': 1290 },
    shutDown: '2026-10-02',
  }),
  image({
    id: 'gemini-3-pro-image-preview',
    displayName: 'Gemini 3 Pro Image Preview',
    aspectRatios: TEN,
    imageSizes: ['1K', '2K', '4K'],
    imageTokens: { '1K': 1120, '2K': 1120, '4K': 2000 },
    shutDown: '2026-06-25',
  }),
  text('gemini-3.8-flash', 'Gemini 3.8 Flash'),
  text('gemini-3.7-flash', 'Gemini 3.7 Flash'),
  text('gemini-3.6-flash', 'Gemini 3.6 Flash'),
  text('gemini-3.5-flash', 'Gemini 3.5 Flash'),
  text('gemini-3.5-flash-lite', 'Gemini 3.5 Flash-Lite'),
  text('gemini-3.1-flash-lite', 'Gemini 3.1 Flash-Lite'),
  text('gemini-3.1-pro-preview', 'Gemini 3.1 Pro Preview'),
  text('gemini-2.5-flash', 'Gemini 2.5 Flash', { shutDown: '2026-12-01', routedTo: 'gemini-3.8-flash' }),
  text('gemini-2.5-pro', 'Gemini 2.5 Pro', { shutDown: '2026-12-01', routedTo: 'gemini-3.8-flash' }),
  text('gemini-2.5-flash-lite', 'Gemini 2.5 Flash-Lite', {
    closedFor: { since: '2026-08-20', successor: 'gemini-3.5-flash-lite' },
  }),
  text('gemini-2.0-flash', 'Gemini 2.0 Flash', { shutDown: '2026-06-01' }),
  text('gemini-2.0-flash-lite', 'Gemini 2.0 Flash-Lite', { shutDown: '2026-06-01' }),
];

/** What asking for a model comes to at a moment. */
export type ModelAnswer =
  | { readonly kind: 'lives'; readonly model: ModelFacts; readonly version: string }
  | { readonly kind: 'closed'; readonly model: ModelFacts; readonly successor: string }
  | { readonly kind: 'unknown' };

/** @param id with or without `models/` */
export function findModel(id: string, now: number): ModelAnswer {
  const bare = id.replace(/^models\//, '');
  const model = MODELS.find((candidate) => candidate.id === bare);
  if (model === undefined) return { kind: 'unknown' };
  if (model.shutDown !== undefined && now >= Date.parse(model.shutDown)) {
    return model.routedTo === undefined
      ? { kind: 'unknown' }
      : { kind: 'lives', model, version: model.routedTo };
  }
  if (model.closedFor !== undefined && now >= Date.parse(model.closedFor.since)) {
    return { kind: 'closed', model, successor: model.closedFor.successor };
  }
  return { kind: 'lives', model, version: model.id };
}

/** Models that models.list names: those closed to new keys are among them. */
export function listedModels(now: number): readonly ModelFacts[] {
  return MODELS.filter(({ id }) => findModel(id, now).kind !== 'unknown');
}
