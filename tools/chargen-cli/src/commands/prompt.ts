import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  explainScene,
  planScene,
  planWorld,
  WHYS,
  type CompiledPrompt,
  type PlannedScene,
} from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { CommandCall } from '../cli/spec.js';
import { diffText, indent } from '../output/diff-text.js';
import { jsonText } from '../output/json.js';
import { promptPage } from '../output/prompt-page.js';
import { choiceSchema, choose } from '../workspace/choose.js';
import { openScene, type OpenScene } from '../workspace/open-scene.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const optionsSchema = choiceSchema.extend({
  text: z.boolean().default(false),
  diff: z.boolean().default(false),
  all: z.boolean().default(false),
  out: z.string().optional(),
});
type Options = z.infer<typeof optionsSchema>;

export async function run(call: CommandCall): Promise<ExitCode> {
  const options = optionsSchema.parse(call.options);
  const isNamed = call.args[0] !== undefined;
  if (options.all && isNamed) {
    throw new CliError('Name a scene, or add --all with --scope and --filter; not both.');
  }
  if (!options.all && !isNamed) {
    throw new CliError('Name a scene, as <entity>/<scene>, or add --all for a page with every prompt.');
  }
  if (!options.all && options.out !== undefined) throw new CliError('--out names the page of --all.');
  if (options.all) return await writePage(call, options);
  return await showScene(call, await openScene(call), options);
}

async function writePage({ globals, io }: CommandCall, options: Options): Promise<ExitCode> {
  const workspace = await openWorkspace(globals);
  const chosen = new Set(choose(workspace.world, options));
  const planned: PlannedScene[] = [];
  await planWorld({ ...workspace, chosen: (loaded) => chosen.has(loaded) }, ({ scenes }) => {
    planned.push(...scenes.map((one) => one.planned));
  });
  const page = promptPage(workspace.world, planned);
  if (options.out === undefined) await io.out(page);
  else {
    const path = resolve(options.out);
    await writeFile(path, page);
    io.err(`${planned.length} prompts are in ${path}\n`);
  }
  return EXIT.done;
}

async function showScene({ io, globals }: CommandCall, open: OpenScene, options: Options): Promise<ExitCode> {
  const { workspace, entity, scene } = open;
  if (options.diff) return await showDiff(io, open);
  const { planned, item } = await planScene(workspace, entity, scene);
  const { prompt } = planned;
  if (globals.json) {
    const { text, sections, pictures, leftOut } = prompt;
    const { model, aspectRatio, imageSize, references } = item;
    const sent = planned.files.map(({ name, role, path, sha256 }) => ({
      name,
      role,
      path: path ?? null,
      sha256,
    }));
    await io.out(
      jsonText({
        scene: planned.name,
        model,
        aspectRatio,
        imageSize,
        text,
        sections,
        pictures,
        leftOut,
        references,
        sent,
      }),
    );
    return EXIT.done;
  }
  if (options.text) {
    await io.out(`${prompt.text}\n`);
    return EXIT.done;
  }
  const lines = [
    io.paint('bold', planned.name),
    `${item.model}, ${item.aspectRatio}, ${item.imageSize}, ${item.promptChars} characters, take ${scene.take}`,
  ];
  for (const { section, text, source } of prompt.sections) {
    lines.push('', io.paint('cyan', `[${section}]`) + io.paint('dim', `  from ${source}`), text);
  }
  if (item.references.length > 0) lines.push('', io.paint('cyan', '[pictures]'));
  item.references.forEach((one) => {
    const index = planned.files.findIndex((file) => file.name === one.name && file.role === one.role);
    const sent = index < 0 ? one.state : `image ${index + 1}`;
    const path = one.path === null ? '' : `, ${one.path}`;
    lines.push(`  ${sent}: ${one.name} (${one.role}${path})`);
    const picture = prompt.pictures.find(({ name }) => name === one.name);
    if (picture !== undefined) lines.push(`    ${picture.shows}: ${picture.take}`);
  });
  lines.push(...leftOutLines(io, prompt));
  await io.out(`${lines.join('\n')}\n`);
  return EXIT.done;
}

/** What the author wrote and the prompt does not say, under the reason. */
function leftOutLines(io: Io, { leftOut }: CompiledPrompt): string[] {
  const reasons = [...new Set(leftOut.map(({ why }) => why))];
  return reasons.flatMap((why) => [
    '',
    io.paint('yellow', '[left out]') + `  ${WHYS[why]}`,
    ...leftOut
      .filter((one) => one.why === why)
      .map(({ text, source }) => `  ${text.replace(/\s+/g, ' ')}${io.paint('dim', `  from ${source}`)}`),
  ]);
}

/** The words that changed since the present picture was asked for. */
async function showDiff(io: Io, { workspace, entity, scene }: OpenScene): Promise<ExitCode> {
  const { planned, against, madeAt, changes } = await explainScene(workspace, entity, scene);
  const lines = [io.paint('bold', planned.name)];
  if (against === undefined) lines.push('There is no picture to compare with: no recipe is beside it.');
  else {
    const what = against === 'recipe' ? 'the recipe of its picture' : 'the request that was refused';
    lines.push(`Compared with ${what}, of ${madeAt ?? 'an unknown time'}.`);
    const prompts = changes.flatMap((change) => (change.kind === 'prompt' ? [change] : []));
    if (prompts.length === 0) lines.push('The prompt is the same, word for word.');
    for (const { diff } of prompts) lines.push(indent(diffText(diff, io)));
  }
  await io.out(`${lines.join('\n')}\n`);
  return EXIT.done;
}
