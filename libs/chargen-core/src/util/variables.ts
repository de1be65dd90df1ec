/**
 * Environment variables that people set: the one place of their names, meanings and defaults. The readers, the flags of
 * `chargen` that set the same, the help of `chargen-ci` and the tables of docs/configuration.md follow from it. Loads
 * nothing, so that help can read it.
 */
export interface Variable {
  /** What it is for, in Markdown. */
  readonly meaning: string;
  /** What holds if it is not set. */
  readonly default?: string | number;
  /** The same if `CI` is set. */
  readonly inCi?: string;
  /** Describes what holds if it is not set, for one without a default. */
  readonly unset?: string;
  /** The plugin option whose value holds if it is not set. */
  readonly overrides?: string;
  /** The flag of `chargen` that sets the same for one command. */
  readonly flag?: string;
  /** Names under which it is looked for next, in this order. */
  readonly alsoNamed?: readonly string[];
  /** Its value is never passed on to a program of the user. */
  readonly isSecret?: true;
  /** The program that reads it, if that is not `chargen` and the tasks of Nx. */
  readonly readBy?: 'chargen-cache-server' | 'chargen-ci';
}

export const VARIABLES = {
  MYTHICINDEX_GOOGLE_API_KEY: {
    meaning: 'the API key; the first of them that is set',
    unset: 'none',
    alsoNamed: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    isSecret: true,
  },
  CHARGEN_WAIT: {
    meaning: 'how long to wait for Google: `20m`, `90s`, `2h`, `0`, `unlimited`; a bare number is minutes',
    default: 'unlimited',
    inCi: '20m',
    flag: '--wait <time>',
  },
  CHARGEN_MAX_COST: {
    meaning: 'US dollars that one run may cost at most, or `unlimited`; checked before anything is uploaded',
    overrides: 'maxCost',
    flag: '--max-cost <usd>',
  },
  CHARGEN_SUBMIT: {
    meaning: '`never` collects what is finished and submits nothing',
    default: 'always',
  },
  CHARGEN_TAKES: {
    meaning: 'how many takes of each picture that is to be made, to choose from',
    unset: '`takes` in the files, else 1',
    flag: '--takes <n>',
  },
  CHARGEN_PROFILE: {
    meaning: 'read the key from `.env.<name>` before `.env`',
    unset: 'none',
    flag: '--profile <name>',
  },
  CHARGEN_NOTIFY: {
    meaning:
      "a command that gets the path of a run's report, or an `https` address that gets the report as JSON, when a run has ended ([runs.md](runs.md#notification-at-the-end))",
    unset: 'none',
  },
  CHARGEN_POLL_INTERVAL_MS: {
    meaning: 'milliseconds between two looks at a job; grows with the age of the job to ten times that',
    default: 30_000,
  },
  CHARGEN_SETTLE_MS: {
    meaning: 'how long the list of jobs is read after an answer was lost, in milliseconds',
    default: 60_000,
  },
  CHARGEN_STORE_REMOTE: {
    meaning:
      'a store that machines share: `s3://bucket/prefix`, the address of a WebDAV server or a `chargen-cache-server`, or a folder',
    unset: 'none',
  },
  CHARGEN_STORE: {
    meaning:
      '`required`: nothing is paid for that cannot be claimed in the shared store; `optional`: a run goes on without a store that is out of reach, and warns',
    default: 'optional',
    inCi: 'required',
  },
  CHARGEN_STORE_TOKEN: { meaning: 'the token for it', unset: 'none', isSecret: true },
  CHARGEN_STORE_TIMEOUT_MS: {
    meaning: 'milliseconds that one request to it may take',
    default: 60_000,
  },
  CHARGEN_CLAIMS: {
    meaning:
      '`ignore` pays beside others: nothing is claimed in the shared store, and the claims of others are not waited for',
    default: 'keep',
  },
  GOOGLE_GEMINI_BASE_URL: { meaning: "another address, such as the emulator's", unset: "Google's" },
  NO_COLOR: { meaning: '`chargen` writes without colours', unset: 'colours in a terminal' },
  CHARGEN_CACHE_TOKEN: {
    meaning: 'who sends it may read and write; needed if it listens beyond this machine',
    unset: 'none',
    isSecret: true,
    readBy: 'chargen-cache-server',
  },
  CHARGEN_CACHE_READ_TOKEN: {
    meaning: 'who sends it may read',
    unset: 'none',
    isSecret: true,
    readBy: 'chargen-cache-server',
  },
  CHARGEN_BASE: {
    meaning: 'the commit that changes are counted from; empty: everything is looked at',
    unset: 'none',
    readBy: 'chargen-ci',
  },
  CHARGEN_PR_BRANCH: {
    meaning: 'the branch of pictures',
    default: 'chargen/pictures',
    readBy: 'chargen-ci',
  },
  CHARGEN_PR_BASE: {
    meaning: 'where they are to go',
    unset: 'the branch of the job, else `main`',
    readBy: 'chargen-ci',
  },
} as const satisfies Readonly<Record<string, Variable>>;

export type VariableName = keyof typeof VARIABLES;

/** Variables that one program of chargen sets for another. People have no reason to set them. */
export const OWN_VARIABLES = {
  CHARGEN_SELECTION: {
    meaning: 'set by `chargen` for its own runs: the scenes that were selected',
    unset: 'whole entities',
  },
  CHARGEN_STEP_SUMMARY: {
    meaning: 'set by `chargen` and `chargen-ci`: they write the job summary themselves',
    unset: 'the hook after the tasks writes it',
  },
  CHARGEN_NOTIFIER: {
    meaning: 'set by `chargen`: it notifies itself',
    unset: 'the executor notifies',
  },
  CHARGEN_NX_RUN: {
    meaning: 'set by the hook before the tasks: the Nx run that an executor serves',
    unset: 'none',
  },
  CHARGEN_NX_PROJECTS: {
    meaning: 'set by the hook before the tasks: the projects that the command line names',
    unset: 'none',
  },
} as const satisfies Readonly<Record<string, Variable>>;

export type OwnVariableName = keyof typeof OWN_VARIABLES;

type Environment = Readonly<Record<string, string | undefined>>;

/** Without white space around it; undefined if it is empty or not set. */
export function variableOf(
  environment: Environment,
  name: VariableName | OwnVariableName,
): string | undefined {
  const value = environment[name]?.trim() ?? '';
  return value === '' ? undefined : value;
}

/** Whether this is a job of a continuous integration service, by the variable that all of them set. */
export function isCi(environment: Environment): boolean {
  const { CI: ci = '' } = environment;
  return ci !== '' && ci !== 'false';
}

/** Its names, the first one that is looked for first. */
function namesOf(name: VariableName): readonly string[] {
  const { alsoNamed = [] }: Variable = VARIABLES[name];
  return [name, ...alsoNamed];
}

/** The variable that overrides a plugin option, if there is one. */
export function overriderOf(option: string): string | undefined {
  return Object.entries<Variable>(VARIABLES).find(([, { overrides }]) => overrides === option)?.[0];
}

/** What holds if it is not set, in Markdown. */
export function describeDefault({ default: value, inCi, unset, overrides }: Variable): string {
  if (overrides !== undefined) return `the option \`${overrides}\``;
  if (value === undefined) return unset ?? 'none';
  const shown = typeof value === 'number' ? String(value) : `\`${value}\``;
  return inCi === undefined ? shown : `${shown}; \`${inCi}\` if \`CI\` is set`;
}

/** Names of all variables whose values are secrets. */
export const SECRET_VARIABLES: readonly string[] = variableNames().flatMap((name) => {
  const { isSecret }: Variable = VARIABLES[name];
  return isSecret === true ? namesOf(name) : [];
});

function variableNames(): readonly VariableName[] {
  return Object.keys(VARIABLES).filter((name): name is VariableName => name in VARIABLES);
}
