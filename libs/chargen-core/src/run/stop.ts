import { withRemedy, type GeminiErrorInfo } from '../gemini/index.js';

/** How many jobs Google had, or may have had, when the run stopped; left out by reports of older versions. */
interface AtGoogle {
  readonly jobs?: number;
}

/** Why a run left work behind, each with its own words for people and its own exit code. */
export type StopReason =
  /** The time that was given for waiting is over; `waitedFor` states for what, if it was not for jobs. */
  | ({ readonly kind: 'wait-over'; readonly waitedFor?: string } & AtGoogle)
  /** Ctrl-C or SIGTERM. */
  | ({ readonly kind: 'interrupted' } & AtGoogle)
  /** The project of the key cannot pay: credit used up, billing off, project disabled. Waiting does not cure it. */
  | ({ readonly kind: 'billing'; readonly message: string } & AtGoogle)
  /** The project has no quota for what was asked: the free tier, or a limit of 0. Waiting does not cure it. */
  | ({ readonly kind: 'quota'; readonly message: string } & AtGoogle)
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
      /** Items whose price is not known: with them no cap can be kept. */
      readonly unknown?: number;
    }
  /** The run was made with another API key. */
  | { readonly kind: 'other-key'; readonly runId: string; readonly fingerprint: string }
  /** No API key, or one that Google does not take. */
  | { readonly kind: 'no-key'; readonly message: string }
  /** The free tier has no Batch API. */
  | { readonly kind: 'no-batch' }
  /** Nothing can be claimed in the shared store, so that another machine could pay for the same. */
  | { readonly kind: 'store'; readonly message: string }
  /** Google could not be reached, or gave an unexpected answer. */
  | { readonly kind: 'service'; readonly message: string };

/** What an answer of Google that ends a run makes of it: one reading for runs, `now` and `doctor`. */
export function stopOfError(info: GeminiErrorInfo): StopReason {
  switch (info.kind) {
    case 'invalid-key':
      return keyRefused(info);
    case 'billing':
      return { kind: 'billing', message: withRemedy(info) };
    case 'no-quota':
      return { kind: 'quota', message: withRemedy(info) };
    default:
      return { kind: 'service', message: info.message };
  }
}

/** Google answered, and does not serve the key: which variable held it is for the person to look up. */
function keyRefused(info: GeminiErrorInfo): StopReason {
  return {
    kind: 'no-key',
    message:
      `Google does not take the API key: ${withRemedy(info).replace(/\.$/, '')}. Nothing was sent. Look at ` +
      'MYTHICINDEX_GOOGLE_API_KEY, GEMINI_API_KEY and GOOGLE_API_KEY, in the environment and in the .env file at ' +
      'the root of the workspace; the first of them that is set is used. To see what is set: npx chargen doctor',
  };
}

/** Commands and switches that a message names: those of the interface that its reader uses (Nx or the CLI). */
export interface StopWords {
  /** Goes on with what was begun, and with nothing else. */
  readonly resume: string;
  /** Does the same once more. */
  readonly again: string;
  /** Sets the cap to US dollars, or to "unlimited". */
  readonly setCap: (cap: string) => string;
  readonly fewer: string;
  /** Why nothing was submitted, and how it would be. */
  readonly submitsNothing: string;
}

/** For those who call Nx. `nxTarget` is what Nx calls the target, which an option of the plugin may rename. */
export function wordsOfNx(target: 'generate' | 'analyze', nxTarget: string = target): StopWords {
  const again = `npx nx run-many -t ${nxTarget}`;
  return {
    resume: again,
    again,
    setCap: (cap) => `CHARGEN_MAX_COST=${cap}`,
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
    case 'wait-over': {
      if (reason.jobs !== 0)
        return `Still running at Google. Nothing is lost: collect later with: ${words.resume}`;
      const waited = reason.waitedFor === undefined ? '' : ` (${reason.waitedFor.replace(/\.$/, '')})`;
      return `The time for waiting is over${waited}. Nothing is at Google, and nothing is lost; run: ${words.again}`;
    }
    case 'interrupted':
      return reason.jobs === 0
        ? `Stopped. Nothing is at Google, and nothing is lost; run: ${words.again}`
        : `Stopped. Jobs that were submitted go on at Google; collect with: ${words.resume}`;
    case 'billing':
    case 'quota':
      return describeNotPaid(reason, words);
    case 'not-submitting':
      return `Nothing was submitted, because ${words.submitsNothing}`;
    case 'uncertain':
      return describeUncertain(reason, words);
    case 'in-flight':
      return reason.message;
    case 'declined':
      return 'Nothing was sent.';
    case 'over-budget':
      return describeOverBudget(reason, words);
    case 'other-key':
      return (
        `The unfinished run ${reason.runId} was made with another API key (fingerprint ${reason.fingerprint}); ` +
        `only that key, or another one of its Google project, can see its jobs. Set it and run: ${words.resume}. If it is gone ` +
        `for good, so are its jobs: move .chargen/batch/${reason.runId} away, and what it asked for is asked, and paid, anew`
      );
    case 'no-key':
      return reason.message;
    case 'store':
      return `${reason.message}. Nothing is lost. Then run: ${words.again}`;
    case 'no-batch':
      return 'The free tier has no Batch API. State your tier in nx.json (plugin option "tier"), or use: npx chargen now <entity>/<scene>';
    case 'service':
      return `Gemini could not be used: ${reason.message}. Nothing is lost; run: ${words.again}`;
  }
}

function describeNotPaid(
  { kind, message, jobs = 0 }: Extract<StopReason, { kind: 'billing' | 'quota' }>,
  { again }: StopWords,
): string {
  const what = kind === 'billing' ? 'Google does not bill this project' : 'Google has no quota for this';
  const sent =
    jobs === 0
      ? 'Nothing was submitted'
      : 'Nothing more was submitted; what Google has already goes on there';
  return `${what}: ${message.replace(/\.$/, '')}. ${sent}. Waiting does not cure this. Then run: ${again}`;
}

function describeUncertain(
  { item, runId, displayName, why }: Extract<StopReason, { kind: 'uncertain' }>,
  { again, resume }: StopWords,
): string {
  if (item !== undefined) {
    return (
      `${item.split('@')[0] ?? item} was asked for at once in the run ${runId}, and the answer ` +
      `was lost (${why.replace(/\.$/, '')}). Google may have billed it, so it is not asked for again. To ask, ` +
      `and pay, once more: npx chargen cancel ${runId}, then ${again}`
    );
  }
  return (
    `It is not known whether Google made the job "${displayName}" (${why}), so it is not asked for ` +
    `again. Look for that name among your batch jobs. If it is not there, confirm that with: ` +
    `npx chargen cancel ${runId}. If it appears, run: ${resume}`
  );
}

function describeOverBudget(
  { estimated, cap, unknown = 0 }: Extract<StopReason, { kind: 'over-budget' }>,
  { setCap, fewer }: StopWords,
): string {
  if (unknown > 0) {
    return (
      `${unknown} of the pictures are of a model whose price is not known, so the cap of $${cap.toFixed(2)} ` +
      `cannot be kept. Nothing more was sent. Choose a model with a known price, or let it pass with: ` +
      setCap(UNLIMITED)
    );
  }
  return (
    `The run may cost up to $${estimated.toFixed(2)}, more than the cap of $${cap.toFixed(2)}. ` +
    `Nothing more was sent. Let it pass with: ${setCap(capFor(estimated))}, or make fewer pictures at once with ${fewer}.`
  );
}

/** In place of an amount: no cap at all. */
export const UNLIMITED = 'unlimited';

/** The least amount in whole cents that lets a run of this cost pass, as it is written into a variable. */
export function capFor(usd: number): string {
  return (Math.ceil(usd * 100 - 1e-6) / 100).toFixed(2);
}
