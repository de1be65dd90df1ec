import type { Source } from './model-facts.js';

/** Google's pages, and the few others that the catalogue relies on. Read as stored copies. */
export const SOURCES = {
  pricing: { url: 'https://ai.google.dev/gemini-api/docs/pricing', read: '2026-10-06' },
  textPricing: { url: 'https://ai.google.dev/gemini-api/docs/pricing', read: '2026-10-07' },
  imageGeneration: { url: 'https://ai.google.dev/gemini-api/docs/image-generation', read: '2026-10-07' },
  batch: { url: 'https://ai.google.dev/gemini-api/docs/batch-api', read: '2026-09-18' },
  batchNotebook: {
    url: 'https://github.com/google-gemini/cookbook/blob/main/quickstarts/Batch_mode.ipynb',
    read: '2026-11-22',
  },
  deprecations: { url: 'https://ai.google.dev/gemini-api/docs/deprecations', read: '2026-10-06' },
  textDeprecations: { url: 'https://ai.google.dev/gemini-api/docs/deprecations', read: '2026-11-10' },
  models: { url: 'https://ai.google.dev/gemini-api/docs/models', read: '2026-10-07' },
  queue: {
    url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
    read: '2026-11-22',
    note: 'a copy of early 2026, which lists the preview models that came before these',
  },
  nanoBanana: {
    url: 'https://github.com/BerriAI/litellm/discussions/44983',
    read: '2026-11-28',
    note: 'not a page of Google; it reports batches on Vertex AI only',
  },
  nanoBananaEnd: {
    url: 'https://github.com/BerriAI/litellm/discussions/44983',
    read: '2026-11-28',
    note: 'not a page of Google',
  },
} as const satisfies Readonly<Record<string, Source>>;
