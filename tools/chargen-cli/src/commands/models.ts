import { compareModels, DEFAULT_SETTINGS, listModels, type GeminiDoor, type ServedModel } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { differenceText, modelText } from '../output/models-text.js';
import { interruptible } from '../run/interruptible.js';
import { openDoor } from '../run/open-door.js';
import { environmentOf } from '../run/profile.js';
import { findWorkspace, worldHere } from '../workspace/find-workspace.js';

const optionsSchema = z.object({ live: z.boolean().default(false), all: z.boolean().default(false) });

export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const { live, all } = optionsSchema.parse(options);
  const found = findWorkspace(globals.root);
  const { root } = found;
  const plugin = worldHere(found, globals) ?? found.entries[0];
  const listed = listModels(plugin?.settings ?? DEFAULT_SETTINGS, Date.now());
  const differences = live
    ? compareModels(
        listed,
        await servedModels(await openDoor(environmentOf(root, globals.profile, io.env), 'generate')),
      )
    : undefined;
  const shown = listed.filter(({ status }) => all || status !== 'retired');
  if (globals.json) {
    await io.out(jsonText({ models: shown, ...(differences === undefined ? {} : { differences }) }));
    return EXIT.done;
  }
  for (const model of shown) await io.out(`${modelText(model, io)}\n`);
  const hidden = listed.length - shown.length;
  if (hidden > 0) await io.out(`${hidden} retired: chargen models --all\n`);
  if (differences === undefined) return EXIT.done;
  await io.out(
    differences.length === 0
      ? 'Google lists the same for this key.\n'
      : 'Google lists something else for this key:\n',
  );
  for (const one of differences) await io.out(`  ${differenceText(one)}\n`);
  return EXIT.done;
}

function servedModels(door: GeminiDoor): Promise<ServedModel[]> {
  return interruptible(async (signal) => {
    const served: ServedModel[] = [];
    for await (const model of door.listModels(signal)) served.push(model);
    return served;
  });
}
