import { noPictureOf } from '../recipe/index.js';
import type { FailureClass } from './journal/run-state.js';

/** What a person can do about a refusal, by Google's word for it. */
export function refusalAdvice(reason: string): string {
  if (/RECITATION/.test(reason)) {
    return 'The picture came too close to an existing work. Describe it in your own terms, without names of works or artists.';
  }
  if (/PROHIBITED|BLOCKLIST|SPII/.test(reason)) {
    return 'Google does not allow this content. Take out names of real people and brands, and what its policy forbids.';
  }
  if (/SAFETY/.test(reason)) {
    return 'Tone the prompt down (violence, nudity, harm), or state safety_settings for the scene if you may.';
  }
  switch (noPictureOf(reason)) {
    case 'words':
      return 'Ask for a picture and not for text in it, or ask the same once more with: chargen retry';
    case 'cut-short':
      return 'Shorten the prompt, or ask the same once more with: chargen retry';
    case 'damaged':
      return 'The prompt is not the cause. It was billed; ask, and pay, once more with: chargen retry';
    case 'empty':
      return 'The prompt need not be the cause. Ask the same once more with: chargen retry';
    case 'refused':
      return 'Rephrase the prompt, or raise `take` to roll again.';
  }
}

/**
 * What a person can do about the failure of an item, by its name. A run asks for a take with its scene only, so that
 * running again does not ask for one whose scene has its picture by now.
 */
export function failureAdvice(failure: FailureClass, item: string): string {
  const advice = adviceOf(failure);
  if (!/@\d+@/.test(item) || !advice.includes('again')) return advice;
  return `${advice} If its scene has a picture by then, that is: npx chargen retry`;
}

function adviceOf(failure: FailureClass): string {
  switch (failure) {
    case 'transient':
      return 'Run the same command again; only this picture is asked for.';
    case 'missing-answer':
      return 'Google may have billed it and did not deliver it, so it was not asked for again by itself. Run the same command again to ask once more.';
    case 'invalid-request':
      return 'Google did not accept this request. Change the scene, or report it to the maintainers of chargen.';
    case 'job-rejected':
      return 'Fix what Google reports, then run the same command again.';
    case 'job-failed':
    case 'expired':
      return 'Nothing was delivered. Run the same command again; only what is missing is asked for.';
    case 'cancelled':
      return 'The job was cancelled. Run the same command again when you want the rest.';
    case 'upload-rejected':
      return 'Google did not accept a file that this picture needs. Save it again as PNG or JPEG.';
    case 'reference-changed':
      return 'Nothing was sent for it. Run the same command again when that file is no longer being written.';
    case 'model-unusable':
      return 'Name another model for it; what there is, and what takes batches: npx chargen models --live';
    case 'unreadable-answer':
      return 'The answer is kept in the folder of the run. Run the same command again.';
  }
}

/** google.rpc codes after which asking again may help; 8, 10, 13, 14 and their like. HTTP codes were seen too. */
const TRANSIENT_CODES: ReadonlySet<number> = new Set([2, 4, 8, 10, 13, 14, 15, 408, 429, 500, 502, 503, 504]);

export function classOfCode(code: number): FailureClass {
  if (code === 1 || code === 499) return 'cancelled';
  return TRANSIENT_CODES.has(code) ? 'transient' : 'invalid-request';
}
