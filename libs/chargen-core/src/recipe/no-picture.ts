/**
 * Why an answer has no usable picture. Only the first is a decision of the model; the others say nothing about the
 * prompt. All of them may be billed and are kept by key, so that none is asked for again unchanged by itself.
 */
export type NoPicture =
  /** Google or the model declined to make it: a safety filter, a blocked prompt, recitation. */
  | 'refused'
  /** Words came in place of a picture. */
  | 'words'
  /** A picture came, and its bytes are damaged or cut. */
  | 'damaged'
  /** Nothing came, and no reason was given. */
  | 'empty'
  /** The answer ended at its length limit before a picture came. */
  | 'cut-short';

/** What came is no decision of the model's. */
export type Unusable = Exclude<NoPicture, 'refused'>;
export const UNUSABLE = ['words', 'damaged', 'empty', 'cut-short'] as const satisfies readonly Unusable[];
export const NO_PICTURE = ['refused', ...UNUSABLE] as const satisfies readonly NoPicture[];

/** The word of plans, reports and pages: only what the model declined is refused. */
export function kindOfNoPicture(reason: string): 'refused' | 'unusable' {
  return noPictureOf(reason) === 'refused' ? 'refused' : 'unusable';
}

/** `reason` is Google's finish or block reason, or the word that chargen gives to an answer without one. */
export function noPictureOf(reason: string): NoPicture {
  switch (reason) {
    case 'TEXT_ONLY':
      return 'words';
    case 'BROKEN_PICTURE':
      return 'damaged';
    case 'NO_CANDIDATE':
    case 'NO_IMAGE':
    case 'STOP':
    case 'FINISH_REASON_UNSPECIFIED':
      return 'empty';
    case 'MAX_TOKENS':
      return 'cut-short';
    default:
      return 'refused';
  }
}

/** What happened, in a few words; `message` is what came with it. */
export function describeNoPicture(reason: string, message = ''): string {
  const words = message === '' ? '' : `: ${message}`;
  switch (noPictureOf(reason)) {
    case 'refused':
      return `refused by the model (${reason}${words})`;
    case 'words':
      return `the model answered in words and made no picture${words}`;
    case 'damaged':
      return `its picture came damaged${words}`;
    case 'empty':
      return `the answer was empty (${reason}${words})`;
    case 'cut-short':
      return `the answer ended at its length limit before it was complete (${reason}${words})`;
  }
}
