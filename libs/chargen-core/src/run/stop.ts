/** Why a run left work behind, each with its own words for people and its own exit code. */
export type StopReason =
  /** The time that was given for waiting is over. */
  | { readonly kind: 'wait-over' }
  /** Ctrl-C or SIGTERM. */
  | { readonly kind: 'interrupted' }
  /** CHARGEN_SUBMIT=never. */
  | { readonly kind: 'not-submitting' }
  /** A create whose answer was lost, with no job of its name listed; or a synchronous request, if it has an item. */
  | {
      readonly kind: 'uncertain';
      readonly runId: string;
      readonly displayName: string;
      readonly why: string;
      /** What one synchronous request asked for: its item name. */
      readonly item?: string;
    }
  /** Not asked for by a synchronous request, since Google or another machine works on it, or may do so. */
  | { readonly kind: 'in-flight'; readonly message: string }
  /** The person did not agree to the cost. */
  | { readonly kind: 'declined' }
  /** The estimate is above the cap. */
  | {
      readonly kind: 'over-budget';
      /** US dollars: what was spent and what is still to come, at the high end. */
      readonly estimated: number;
      readonly cap: number;
      /** Items whose price nobody knows: with them no cap can be kept. */
      readonly unknown?: number;
    }
  /** The run was made with another API key. */
  | { readonly kind: 'other-key'; readonly runId: string; readonly fingerprint: string }
  /** No API key, or one that Google does not take. */
  | { readonly kind: 'no-key'; readonly message: string }
  /** The free tier has no Batch API. */
  | { readonly kind: 'no-batch' }
  /** Google could not be reached, or answered what nobody expected. */
  | { readonly kind: 'service'; readonly message: string };

/** Google answered, and would not have the key: which variable held it is for the person to look up. */
export function keyRefused(message: string): StopReason {
  return {
    kind: 'no-key',
    message:
      `Google does not take the API key: ${message.replace(/\.$/, '')}. Nothing was sent. Look at ` +
      'MYTHICINDEX_GOOGLE_API_KEY, GEMINI_API_KEY and GOOGLE_API_KEY, in the environment and in the .env file at ' +
      'the root of the workspace; the first of them that is set is used. To see what is set: npx chargen doctor',
  };
}

/** Commands and switches that a message names: those of whoever is spoken to. */
export interface StopWords {
  /** Goes on with what was begun, and with nothing else. */
  readonly resume: string;
  /** Does the same once more. */
  readonly again: string;
  readonly raiseCap: string;
  readonly withoutCap: string;
  readonly fewer: string;
  /** Why nothing was submitted, and how it would be. */
  readonly submitsNothing: string;
}

/** For those who call Nx. */
export function wordsOfNx(target: 'generate' | 'analyze'): StopWords {
  const again = `npx nx run-many -t ${target}`;
  return {
    resume: again,
    again,
    raiseCap: 'Raise CHARGEN_MAX_COST',
    withoutCap: 'without CHARGEN_MAX_COST',
    fewer: '-p <project>',
    submitsNothing: `CHARGEN_SUBMIT is "never". Without it: ${again}`,
  };
}

/** What happened, and the next step as a command. */
export function describeStop(
  reason: StopReason,
  target: 'generate' | 'analyze',
  words: StopWords = wordsOfNx(target),
): string {
  switch (reason.kind) {
    case 'wait-over':
      return `Still running at Google. Nothing is lost: collect later with: ${words.resume}`;
    case 'interrupted':
      return `Stopped. Jobs that were submitted go on at Google; collect with: ${words.resume}`;
    case 'not-submitting':
      return `Nothing was submitted, because ${words.submitsNothing}`;
    case 'uncertain':
      if (reason.item !== undefined) {
        return (
          `${reason.item.split('@')[0] ?? reason.item} was asked for at once in the run ${reason.runId}, and the answer ` +
          `was lost (${reason.why.replace(/\.$/, '')}). Google may have billed it, so it is not asked for again. To ask, ` +
          `and pay, once more: npx chargen cancel ${reason.runId}, then ${words.again}`
        );
      }
      return (
        `It is not known whether Google made the job "${reason.displayName}" (${reason.why}), so it is not asked for ` +
        `again. Look for that name among your batch jobs. If it is not there, say so with: ` +
        `npx chargen cancel ${reason.runId}. If it appears, run: ${words.resume}`
      );
    case 'in-flight':
      return reason.message;
    case 'declined':
      return 'Nothing was sent.';
    case 'over-budget':
      if ((reason.unknown ?? 0) > 0) {
        return (
          `${String(reason.unknown)} of the pictures are of a model whose price is not known, so the cap of ` +
          `$${reason.cap.toFixed(2)} cannot be kept. Nothing more was sent. Choose a model with a known price, or run ` +
          `${words.withoutCap}.`
        );
      }
      return (
        `The run may cost up to $${reason.estimated.toFixed(2)}, more than the cap of $${reason.cap.toFixed(2)}. ` +
        `Nothing more was sent. ${words.raiseCap}, or make fewer pictures at once with ${words.fewer}.`
      );
    case 'other-key':
      return (
        `The unfinished run ${reason.runId} was made with another API key (fingerprint ${reason.fingerprint}); ` +
        `only that key, or another one of its Google project, can see its jobs. Set it and run: ${words.resume}. If it is gone ` +
        `for good, so are its jobs: move .chargen/batch/${reason.runId} away, and what it asked for is asked, and paid, anew`
      );
    case 'no-key':
      return reason.message;
    case 'no-batch':
      return 'The free tier has no Batch API. State your tier in nx.json (plugin option "tier"), or use: npx chargen now <entity>/<scene>';
    case 'service':
      return `Gemini could not be used: ${reason.message}. Nothing is lost; run: ${words.again}`;
  }
}
