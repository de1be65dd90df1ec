import { z } from 'zod';
import { MAX_TAKES, takesIn } from '../content/takes-schema.js';
import { Selection, type ChargenSettings } from '../plan/index.js';
import { openGemini, type GeminiDoor } from '../gemini/index.js';
import { UNLIMITED } from '../run/index.js';
import type { RunControl } from './run-control.js';
import { isCi, variableOf, VARIABLES, type OwnVariableName, type VariableName } from '../util/variables.js';
import { sharedStoreFrom } from './open-store.js';

/** Where an API key is looked for, in this order. */
export const KEY_VARIABLES = [
  'MYTHICINDEX_GOOGLE_API_KEY',
  ...VARIABLES.MYTHICINDEX_GOOGLE_API_KEY.alsoNamed,
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `20m`, `90s`, `0`, `unlimited` in milliseconds; a bare number is minutes. */
export function parseWait(text: string): number {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === 'unlimited' || trimmed === 'forever') return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)?$/.exec(trimmed);
  const unit = UNITS[match?.[2] ?? 'm'];
  if (match === null || unit === undefined) {
    throw new EnvironmentError(
      `CHARGEN_WAIT is "${text}"; write a time such as 20m, 90s, 2h, or "unlimited".`,
    );
  }
  return Number(match[1]) * unit;
}

const amount = z.coerce.number().min(0);

function number(environment: Environment, name: VariableName): number | undefined {
  const text = variableOf(environment, name);
  if (text === undefined) return undefined;
  const parsed = amount.safeParse(text.replace(/^\$/, ''));
  if (!parsed.success) throw new EnvironmentError(`${name} is "${text}"; write a number.`);
  return parsed.data;
}

/** US dollars; undefined for no cap, which a person has to ask for by name. */
function maxCostOf(environment: Environment, settings: ChargenSettings): number | undefined {
  const name = 'CHARGEN_MAX_COST';
  if (variableOf(environment, name)?.toLowerCase() === UNLIMITED) return undefined;
  return number(environment, name) ?? settings.maxCost;
}

/** Reads what steers a run without changing what it makes. Throws EnvironmentError with words for people. */
export function runControl(environment: Environment, settings: ChargenSettings): RunControl {
  const { default: always, inCi } = VARIABLES.CHARGEN_WAIT;
  // The jobs of CI end before Google does.
  const wait = variableOf(environment, 'CHARGEN_WAIT') ?? (isCi(environment) ? inCi : always);
  const submit = variableOf(environment, 'CHARGEN_SUBMIT') ?? VARIABLES.CHARGEN_SUBMIT.default;
  if (submit !== 'never' && submit !== 'always') {
    throw new EnvironmentError(
      `CHARGEN_SUBMIT is "${submit}"; write "never" to collect only, or leave it out.`,
    );
  }
  const pollInterval =
    number(environment, 'CHARGEN_POLL_INTERVAL_MS') ?? VARIABLES.CHARGEN_POLL_INTERVAL_MS.default;
  return {
    pollInterval: Math.max(1, pollInterval),
    settleMs: number(environment, 'CHARGEN_SETTLE_MS') ?? VARIABLES.CHARGEN_SETTLE_MS.default,
    retryPause: Math.min(1000, Math.max(1, pollInterval)),
    waitMs: parseWait(wait),
    submit: submit !== 'never',
    maxCost: maxCostOf(environment, settings),
    remote: remoteOf(environment),
  };
}

function remoteOf(environment: Environment): RunControl['remote'] {
  try {
    return sharedStoreFrom(environment);
  } catch (error) {
    throw new EnvironmentError(error instanceof Error ? error.message : String(error));
  }
}

/** How many takes each scene that is to be made is asked for; undefined if the files decide. */
export function takesFrom(environment: Environment): number | undefined {
  const name = 'CHARGEN_TAKES';
  const text = variableOf(environment, name);
  if (text === undefined) return undefined;
  const takes = takesIn(Number(text));
  if (takes === undefined) {
    throw new EnvironmentError(`${name} is "${text}"; write a whole number from 1 to ${MAX_TAKES}.`);
  }
  return takes;
}

/** Set by `chargen` for Nx: the names of a `Selection`, as a list in JSON. */
export const SELECTION_VARIABLE = 'CHARGEN_SELECTION' satisfies OwnVariableName;

/** What `chargen` selected; undefined for a plain run of Nx, which makes whole entities. */
export function selectionFrom(environment: Environment): Selection | undefined {
  const text = variableOf(environment, SELECTION_VARIABLE);
  if (text === undefined) return undefined;
  try {
    return new Selection(z.array(z.string()).parse(JSON.parse(text)));
  } catch {
    throw new EnvironmentError(
      `${SELECTION_VARIABLE} is not a list of names in JSON. It is set by chargen for its own runs; leave it out.`,
    );
  }
}

/** The API key and the name of the variable that held it. */
export function findApiKey(
  environment: Environment,
): { readonly name: string; readonly key: string } | undefined {
  for (const name of KEY_VARIABLES) {
    const key = environment[name]?.trim();
    if (key !== undefined && key !== '') return { name, key };
  }
  return undefined;
}

/**
 * Opens Gemini with the key of the environment, or at the address that GOOGLE_GEMINI_BASE_URL names. `send` is what
 * requests are sent with; a caller that reads the raw answers gives its own. `nxTarget` is what Nx calls the target.
 */
export async function openDoorFromEnvironment(
  environment: Environment,
  target: 'generate' | 'analyze',
  send?: typeof fetch,
  nxTarget: string = target,
): Promise<GeminiDoor> {
  const found = findApiKey(environment);
  if (found === undefined) {
    throw new EnvironmentError(
      `There is something to ${target}, but no API key. Set ${KEY_VARIABLES[0]} (or ${KEY_VARIABLES[1]}, or ` +
        `${KEY_VARIABLES[2]}) in the environment or in the .env file at the root of the workspace. ` +
        `To see previews without a key: npx chargen batch ${target} --preview ` +
        `(or npx nx run-many -t ${nxTarget} -c preview)`,
    );
  }
  const baseUrl = variableOf(environment, 'GOOGLE_GEMINI_BASE_URL');
  return openGemini({
    apiKey: found.key,
    fetch: send,
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
}
