import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  adoptAs,
  adoptPictures,
  findScene,
  plural,
  type AdoptedScene,
  type AdoptionPlan,
  isWithin,
  pathFrom,
} from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { CommandCall } from '../cli/spec.js';
import { wrapWords } from '../output/wrap-words.js';
import { jsonText } from '../output/json.js';
import { choiceSchema, choose } from '../workspace/choose.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';

const optionsSchema = choiceSchema.extend({
  dryRun: z.boolean().default(false),
  all: z.boolean().default(false),
  as: z.string().optional(),
});

export async function run({ args, options, globals, io }: CommandCall): Promise<ExitCode> {
  const { dryRun, all, as, ...choice } = optionsSchema.parse(options);
  const workspace = await openWorkspace(globals);
  const [picture] = args;
  const plan =
    picture === undefined && as === undefined
      ? await adoptPictures(workspace, choose(workspace.world, choice), !dryRun)
      : await adoptOne(workspace, picture, as, !dryRun);
  const { scenes, doubtful, left, notRecorded } = plan;
  const exit = notRecorded.length > 0 ? EXIT.partial : EXIT.done;
  if (globals.json) {
    const named = left.map(({ picture: path, nearest }) => ({ picture: path, nearest: nearest ?? null }));
    await io.out(jsonText({ dryRun, scenes, doubtful, left: named, notRecorded }));
    return exit;
  }
  for (const { file, why } of notRecorded) {
    io.err(`The record in ${file} was left as it is: ${why}. Try: chargen record\n`);
  }
  for (const one of scenes) if (one.kind !== 'settled') await io.out(`${line(one)}\n`);
  await writeDoubtful(doubtful, io);
  await writeLeft(left, all, io);
  const count = (kind: AdoptedScene['kind']): number => scenes.filter((one) => one.kind === kind).length;
  const adopted = count('adopt');
  const verb = dryRun ? 'would be adopted' : 'adopted';
  const sums = `${adopted} ${verb}, ${count('settled')} settled before, ${count('not-yet')} not yet, ${count('unusable')} unusable, ${doubtful.length} doubtful, ${left.length} left.`;
  for (const part of wrapWords(sums, io.columns)) await io.out(`${part}\n`);
  if (dryRun && adopted > 0)
    await io.out('Nothing was written. To do it, the same command without --dry-run.\n');
  return exit;
}

/** One picture, tied to a scene by a person. Throws CliError if it cannot be. */
async function adoptOne(
  workspace: Workspace,
  picture: string | undefined,
  as: string | undefined,
  apply: boolean,
): Promise<AdoptionPlan> {
  if (picture === undefined || as === undefined) {
    const missing = picture === undefined ? 'Which picture?' : `Which scene does ${picture} show?`;
    throw new CliError(`${missing} Write: chargen adopt <picture> --as <entity>/<scene>`);
  }
  const found = findScene(workspace.world, as);
  if (found.kind === 'unknown') throw new CliError(found.message);
  const path = pathInWorkspace(workspace.workspaceRoot, picture);
  const plan = await adoptAs(workspace, found.entity, found.scene, path, apply);
  const [one] = plan.scenes;
  if (one === undefined || one.kind !== 'adopt') throw new CliError(whyNot(path, one));
  return { ...plan, doubtful: [], left: [] };
}

/** As `adopt` itself writes paths, or as the shell completes them. */
function pathInWorkspace(root: string, picture: string): string {
  const found = [resolve(root, picture), resolve(picture)].find((path) => existsSync(path));
  if (found === undefined) throw new CliError(`There is no picture ${picture}.`);
  if (found === root || !isWithin(root, found)) {
    throw new CliError(`${picture} is not in the workspace ${root}. Copy it there first.`);
  }
  return pathFrom(root, found);
}

function whyNot(picture: string, one: AdoptedScene | undefined): string {
  if (one?.kind === 'settled') {
    const { scene, state } = one;
    if (state !== 'edited')
      return `${scene} is ${state}: it has its picture, and ${picture} is left as it is.`;
    return `Another picture is in the place of ${scene}. Decide about that first: chargen keep ${scene}, or chargen discard ${scene}`;
  }
  const why = one === undefined || one.kind === 'adopt' ? 'it is not known why' : one.why;
  return `${picture} cannot be adopted: ${why}.`;
}

function line(one: AdoptedScene): string {
  switch (one.kind) {
    case 'adopt':
      return `✓ ${one.scene} <- ${one.from} (${HOW[one.how]}${one.from === one.to ? '' : `, copied to ${one.to}`}${one.without.length === 0 ? '' : `; without ${one.without.join(', ')}, not made yet`})`;
    case 'settled':
      return `- ${one.scene}: ${one.state}`;
    case 'not-yet':
      return `○ ${one.scene} <- ${one.from}: not yet, ${one.why}`;
    case 'unusable':
      return `✗ ${one.scene} <- ${one.from}: ${one.why}`;
  }
}

const HOW: Readonly<Record<AdoptedScene['how'], string>> = {
  inventory: 'by the inventory',
  name: 'by its name',
  person: 'named by you',
};

async function writeDoubtful(doubtful: AdoptionPlan['doubtful'], io: Io): Promise<void> {
  for (const { entity, files, scenes, why } of doubtful) {
    const reason =
      why === 'several-scenes' ? 'it may belong to several scenes' : 'several of one time may belong to it';
    await io.out(
      `? ${entity}: ${files.join(', ')} -> ${scenes.join(' or ')}: ${reason}; left for you to decide\n`,
    );
  }
}

/** So many are shown, if not all are asked for. */
const SHOWN = 10;

async function writeLeft(left: AdoptionPlan['left'], all: boolean, io: Io): Promise<void> {
  if (left.length === 0) return;
  const pictures = plural(left.length, 'picture');
  await io.out(
    `${pictures} left, since neither an inventory nor a name ties ${left.length === 1 ? 'it' : 'them'} to a scene:\n`,
  );
  const shown = all ? left : left.slice(0, SHOWN);
  for (const { picture, nearest } of shown) {
    const scene = nearest === undefined ? 'its entity has no scene' : `nearest scene: ${nearest}`;
    await io.out(`  ${picture}\n      ${scene}\n`);
  }
  if (shown.length < left.length) {
    await io.out(`  and ${left.length - shown.length} more; all of them: chargen adopt --dry-run --all\n`);
  }
  await io.out('To tie one to a scene: chargen adopt <picture> --as <entity>/<scene>\n');
}
