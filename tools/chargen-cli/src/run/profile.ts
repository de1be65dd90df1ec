import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { findApiKey, KEY_VARIABLES } from 'chargen-core';
import { variableOf } from 'chargen-core/names';
import { CliError } from '../cli/cli-error.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** As Nx reads them for its tasks, the first before the others. */
const FILES = ['.env.local', '.local.env', '.env'] as const;

/**
 * The environment that chargen itself works in: a named profile (`.env.<profile>`), then the process's own, then
 * the workspace's usual files. Throws CliError if the profile's file is absent.
 */
export function environmentOf(
  workspaceRoot: string,
  profile: string | undefined,
  env: Environment,
): Environment {
  let usual: Environment = {};
  for (const name of FILES.toReversed()) usual = { ...usual, ...readEnv(join(workspaceRoot, name)) };
  return withProfile(workspaceRoot, profile, { ...usual, ...env });
}

/** The environment for Nx, which reads the usual files by itself: the process's own and the profile's. */
export function withProfile(
  workspaceRoot: string,
  profile: string | undefined,
  env: Environment,
): Environment {
  const named = profile ?? variableOf(env, 'CHARGEN_PROFILE');
  if (named === undefined || named === '') return env;
  const values = profileFile(workspaceRoot, named);
  const found = findApiKey(values);
  // Under the name that is looked for first: a key of another name in .env must not win over the one that was named.
  return { ...env, ...values, ...(found === undefined ? {} : { [KEY_VARIABLES[0]]: found.key }) };
}

function profileFile(workspaceRoot: string, name: string): Environment {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) throw new CliError(`"${name}" is no name of a profile.`);
  const path = join(workspaceRoot, `.env.${name}`);
  const values = readEnv(path);
  if (values === undefined) {
    throw new CliError(`There is no profile "${name}": ${path} does not exist. Write its key into it.`);
  }
  return values;
}

function readEnv(path: string): Environment | undefined {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
