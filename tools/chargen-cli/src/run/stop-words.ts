import type { StopWords } from 'chargen-core';

const AGAIN = 'the same command again';

/**
 * What the report names as the next step to those who use chargen. `resume` goes on with what was begun and asks
 * for nothing else: a command without the filter of the first one would make, and pay, the whole world.
 */
export const STOP_WORDS: StopWords = {
  resume: 'npx chargen batch resume',
  again: AGAIN,
  setCap: (cap) => `--max-cost ${cap} (or CHARGEN_MAX_COST=${cap})`,
  fewer: '--filter <slug>',
  submitsNothing: `CHARGEN_SUBMIT is "never". Without it, run ${AGAIN}`,
};

/** `collect` submits nothing by its nature, which is no reason to look for a variable. */
export const STOP_WORDS_OF_COLLECT: StopWords = {
  ...STOP_WORDS,
  submitsNothing: 'collect only takes what is finished. For the rest: npx chargen batch generate',
};

/** Of a run that was to make what is not there any more, or is not known here: `resume` then only collects. */
export const STOP_WORDS_OF_GONE: StopWords = {
  ...STOP_WORDS,
  submitsNothing:
    'what the run was to make is not known here, so that only what is finished was taken. For the rest: npx chargen batch generate',
};
