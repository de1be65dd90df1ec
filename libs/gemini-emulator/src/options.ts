import type { EmulatorClock } from './clock.js';

/** Usage tiers of the service; they differ in limits. */
export type Tier = 'free' | 'tier1' | 'tier2' | 'tier3';

/** Limits that a tier has, or that {@link EmulatorOptions.limits} overrides. Bytes, unless named otherwise. */
export interface Limits {
  readonly concurrentJobs: number;
  readonly maxFileBytes: number;
  readonly storageBytes: number;
  /** Size of a JSON body, pictures in it included. */
  readonly inlineBytes: number;
  /** Input tokens of all jobs of one model that are not finished; models not named here have `queuedTokensElse`. */
  readonly queuedTokens: Readonly<Record<string, number>>;
  readonly queuedTokensElse: number;
}

export interface EmulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Keys that are let in; each is a project of its own. Left out: any key that is not empty. */
  readonly apiKeys?: readonly string[];
  readonly clock?: EmulatorClock;
  /** Milliseconds from create to SUCCEEDED; 0 (the default): at the first poll after create. */
  readonly jobDuration?: number;
  /** Milliseconds from create to RUNNING; default a third of jobDuration. */
  readonly jobStartDelay?: number;
  /** Decides ids, shuffling, field order and faults of chance. Left out: a new one each time. */
  readonly seed?: number;
  /** Files, jobs and the ledger are kept here and found again; left out: in a temporary folder, removed at close. */
  readonly stateDir?: string;
  readonly tier?: Tier;
  readonly limits?: Partial<Limits>;
  /** Result lines in an order of their own; default true, as the service does. */
  readonly shuffle?: boolean;
  /** Default png; `mixed` chooses by the request's content. */
  readonly pictureFormat?: 'png' | 'jpeg' | 'mixed';
  /** Pictures as heavy as photographs (a byte a pixel), for tests of memory and disk; default false. */
  readonly heavyPictures?: boolean;
  /** NDJSON, appended; default `ledger.ndjson` in the state directory, and none without one. */
  readonly ledgerFile?: string;
  /** Milliseconds that an uploaded file stays PROCESSING; default 0. */
  readonly fileProcessing?: number;
  /** Ids of models that take no batch jobs. */
  readonly withoutBatch?: readonly string[];
  /** Longest wait of a poll for a job that is due but still being drawn; default 15000. Then it says RUNNING. */
  readonly pollPatience?: number;
}

const GB = 1024 ** 3;

/** Tokens queued at most, per model: the published table of early 2026, the image row under its successor's name. */
const QUEUED: Readonly<Record<Tier, Readonly<Record<string, number>>>> = {
  free: {},
  tier1: {
    'gemini-3-pro-image': 2_000_000,
    'gemini-2.5-flash': 3_000_000,
    'gemini-2.5-flash-lite': 10_000_000,
    'gemini-2.5-pro': 5_000_000,
  },
  tier2: {
    'gemini-3-pro-image': 270_000_000,
    'gemini-2.5-flash': 400_000_000,
    'gemini-2.5-flash-lite': 500_000_000,
    'gemini-2.5-pro': 500_000_000,
  },
  tier3: {},
};
const QUEUED_ELSE: Readonly<Record<Tier, number>> = {
  free: 0,
  tier1: 3_000_000,
  tier2: 400_000_000,
  tier3: 1_000_000_000,
};

/** Limits that are one number, which the command can override. */
export const LIMIT_NAMES = [
  'concurrentJobs',
  'maxFileBytes',
  'storageBytes',
  'inlineBytes',
  'queuedTokensElse',
] as const satisfies readonly (keyof Limits)[];

/** The limits of a tier; batches are not part of the free one. */
export function limitsOf(tier: Tier, overrides: Partial<Limits> = {}): Limits {
  return {
    concurrentJobs: tier === 'free' ? 0 : 100,
    maxFileBytes: 2 * GB,
    storageBytes: 20 * GB,
    inlineBytes: 20 * 1024 ** 2,
    queuedTokens: QUEUED[tier],
    queuedTokensElse: QUEUED_ELSE[tier],
    ...overrides,
  };
}
