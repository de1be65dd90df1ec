import { moveFromShared, plural, surveyShared, type RemoteStore, type SharedSurvey } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { megabytes } from '../output/megabytes.js';
import { environmentOf } from '../run/profile.js';
import { sharedStoreOf } from '../workspace/open-results.js';
import { openEachWorld } from '../workspace/open-workspace.js';

const DAY_MS = 24 * 3_600_000;
/** Half a year. */
const DEFAULT_DAYS = 180;
/** Branches of others live for weeks. */
const LEAST_DAYS = 30;

export interface SharedGcOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly olderThan: string | undefined;
}

/** `chargen store gc --shared`: shows what could leave the shared store, asks, and moves it into the store of this clone. */
export async function cleanShared(
  { globals, io }: CommandCall,
  { dryRun, yes, olderThan }: SharedGcOptions,
): Promise<ExitCode> {
  const days = daysOf(olderThan);
  const worlds = await openEachWorld(globals);
  const [first] = worlds;
  if (first === undefined) throw new CliError('There is no world here, so that nothing is named.');
  const remote = sharedStoreOf(environmentOf(first.workspaceRoot, globals.profile, io.env));
  const limits = { olderThanMs: days * DAY_MS, now: Date.now() };
  const survey = await surveyed(remote, () => surveyShared(worlds, remote, limits));
  if (dryRun) {
    await io.out(
      globals.json
        ? jsonText({ dryRun, store: remote.name, ...survey })
        : `${describe(survey, remote, days)}To move them: chargen store gc --shared\n`,
    );
    return EXIT.done;
  }
  if (!globals.json || !yes) io.err(describe(survey, remote, days));
  if (survey.removable.length === 0) {
    if (globals.json) await io.out(jsonText({ dryRun, store: remote.name, ...survey, moved: 0 }));
    return EXIT.done;
  }
  if (!yes) {
    if (!io.interactive || globals.json) {
      throw new CliError('Nothing was done: others may look for these pictures, so a script must add --yes.');
    }
    if (!(await confirmed('Move them out of the shared store?', false))) return EXIT.done;
  }
  const { moved, damaged, why } = await moveFromShared(first, remote, survey.removable);
  if (globals.json) await io.out(jsonText({ dryRun, store: remote.name, ...survey, moved, damaged, why }));
  else {
    await io.out(`${plural(moved.count, 'picture')} (${megabytes(moved.bytes)}) moved to .chargen/store.\n`);
    if (damaged.length > 0) io.err(`Not readable, and left there: ${damaged.join(', ')}\n`);
  }
  if (why !== undefined) throw unusable(remote, why);
  return EXIT.done;
}

function daysOf(text = String(DEFAULT_DAYS)): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= LEAST_DAYS) return days;
  throw new CliError(
    `--older-than is "${text}"; write a whole number of days from ${LEAST_DAYS}: a branch that is not here may ask for what is younger.`,
  );
}

async function surveyed(
  remote: RemoteStore,
  survey: () => ReturnType<typeof surveyShared>,
): Promise<SharedSurvey> {
  const outcome = await survey();
  switch (outcome.kind) {
    case 'surveyed':
      return outcome;
    case 'unreadable':
      throw new CliError(
        `What these files ask for cannot be read, so that nothing may be removed: ${outcome.files.join(', ')}. To see why: chargen check`,
      );
    case 'unsupported':
      throw new CliError(`Nothing can be removed from ${remote.name}: ${outcome.why}.`);
    default:
      throw unusable(remote, outcome.why);
  }
}

function unusable({ name }: RemoteStore, why: string): CliError {
  return new CliError(`The shared store ${name} cannot be used: ${why}.`, EXIT.unavailable, 'unavailable');
}

function describe(
  { all, named, young, removable }: SharedSurvey,
  { name }: RemoteStore,
  days: number,
): string {
  const bytes = removable.reduce((sum, one) => sum + one.bytes, 0);
  const line = (of: { count: number; bytes: number }, what: string): string =>
    `${megabytes(of.bytes).padStart(10)}  ${String(of.count).padStart(6)}  ${what}\n`;
  return [
    line(all, `in ${name}`),
    line(named, 'pictures that the files of this workspace name: they stay'),
    line(young, `other pictures of the last ${days} days, which a branch may name: they stay`),
    line(
      { count: removable.length, bytes },
      'older ones that nothing here names: they can be moved to .chargen/store',
    ),
    ...(removable.length === 0
      ? []
      : ['A machine that asks for one of these again pays again, unless it is this one.\n']),
  ].join('');
}
