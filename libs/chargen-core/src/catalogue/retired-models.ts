import type { ModelTask, Retirement } from './model-facts.js';
import { SOURCES } from './sources.js';

/** A model that is gone and of which only its end is known. */
export interface EndedModel {
  readonly id: string;
  readonly task: ModelTask;
  readonly retirement: Retirement;
}

const PRO = 'gemini-3-pro-image';
const LITE = 'gemini-3.1-flash-lite-image';
const BANANA = 'gemini-nano-banana-2.1';
const FLASH_LITE = 'gemini-3.5-flash-lite';

function ended(id: string, task: ModelTask, successors: readonly string[], on?: string): EndedModel {
  const retirement = { successors, source: SOURCES.deprecations, ...(on === undefined ? {} : { on }) };
  return { id, task, retirement };
}

export const ENDED_MODELS: readonly EndedModel[] = [
  ended('gemini-2.0-flash-preview-image-generation', 'generate', [PRO, LITE]),
  ended('gemini-2.5-flash-image-preview', 'generate', [PRO, LITE], '2026-01-15'),
  ended('gemini-3-pro-image-preview', 'generate', [PRO], '2026-06-25'),
  ended('gemini-3.1-flash-image-preview', 'generate', [LITE, BANANA, PRO], '2026-06-25'),
  ended('imagen-3.0-generate-002', 'generate', [PRO, LITE], '2025-11-10'),
  ended('imagen-4.0-generate-001', 'generate', [PRO, LITE], '2026-08-17'),
  ended('gemini-1.5-flash', 'analyze', [FLASH_LITE]),
  ended('gemini-2.0-flash', 'analyze', [FLASH_LITE], '2026-06-01'),
  ended('gemini-2.0-flash-lite', 'analyze', [FLASH_LITE], '2026-06-01'),
  ended('gemini-2.0-pro', 'analyze', ['gemini-3.5-flash']),
  // Closed to keys that did not use it before that day.
  ended('gemini-2.5-flash-lite', 'analyze', [FLASH_LITE], '2026-08-20'),
];
