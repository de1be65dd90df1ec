import { adoptPictures, type AdoptedScene } from 'chargen-core';
import { z } from 'zod';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { choiceSchema, choose } from '../workspace/choose.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const optionsSchema = choiceSchema.extend({ dryRun: z.boolean().default(false) });

export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const { dryRun, ...choice } = optionsSchema.parse(options);
  const workspace = await openWorkspace(globals);
  const plan = await adoptPictures(workspace, choose(workspace.world, choice), !dryRun);
  const { scenes, doubtful, notRecorded } = plan;
  if (globals.json) {
    await io.out(jsonText({ dryRun, scenes, doubtful, notRecorded }));
    return notRecorded.length > 0 ? EXIT.partial : EXIT.done;
  }
  for (const { file, why } of notRecorded) {
    io.err(`The record in ${file} was left as it is: ${why}. Try: chargen record\n`);
  }
  for (const one of scenes) if (one.kind !== 'settled') await io.out(`${line(one)}\n`);
  for (const { entity, files, scenes: candidates, why } of doubtful) {
    const reason =
      why === 'several-scenes' ? 'it may belong to several scenes' : 'several of one time may belong to it';
    await io.out(
      `? ${entity}: ${files.join(', ')} -> ${candidates.join(' or ')}: ${reason}; left for you to say\n`,
    );
  }
  const count = (kind: AdoptedScene['kind']): number => scenes.filter((one) => one.kind === kind).length;
  const adopted = count('adopt');
  const verb = dryRun ? 'would be adopted' : 'adopted';
  await io.out(
    `${String(adopted)} ${verb}, ${String(count('settled'))} settled before, ${String(count('not-yet'))} not yet, ${String(count('unusable'))} unusable, ${String(doubtful.length)} doubtful.\n`,
  );
  if (dryRun && adopted > 0) await io.out('Nothing was written. Without --dry-run: chargen adopt\n');
  return notRecorded.length > 0 ? EXIT.partial : EXIT.done;
}

function line(one: AdoptedScene): string {
  switch (one.kind) {
    case 'adopt':
      return `✓ ${one.scene} <- ${one.from} (by ${one.how === 'inventory' ? 'the inventory' : 'its name'}${one.from === one.to ? '' : `, copied to ${one.to}`}${one.without.length === 0 ? '' : `; without ${one.without.join(', ')}, not made yet`})`;
    case 'settled':
      return `- ${one.scene}: ${one.state}`;
    case 'not-yet':
      return `○ ${one.scene} <- ${one.from}: not yet, ${one.why}`;
    case 'unusable':
      return `✗ ${one.scene} <- ${one.from}: ${one.why}`;
  }
}
