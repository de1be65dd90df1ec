import { listApprovals, setSceneField, takesToRoll, type Entity, type Scene } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { environmentOf } from '../run/profile.js';
import { choiceSchema, select, selectionSchema, takesCalled } from '../workspace/choose.js';
import { takesContext } from '../workspace/open-results.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';
import { answerForEach, scenesCalled, type NamedScene, type SceneAnswer } from './scene-answers.js';

const optionsSchema = choiceSchema.extend({
  takes: z.string().optional(),
  rejected: z.boolean().default(false),
});

/** Raises `take`: the scene then asks for another picture, and every earlier one stays in the store. */
export async function run(call: CommandCall): Promise<ExitCode> {
  const options = optionsSchema.parse(call.options);
  const count = takesCalled(options.takes);
  const workspace = await openWorkspace(call.globals);
  const scenes = options.rejected
    ? await rejectedScenes(workspace, call.args, options)
    : scenesCalled(workspace, namesOf(call.args));
  if (scenes.length === 0 && !call.globals.json) {
    await call.io.out('No picture is rejected. See: chargen review\n');
  }
  // Judged before anything is written: a command that ends as bad input has done nothing.
  for (const { name, scene } of scenes) {
    if (scene.locked) throw new CliError(`${name} is locked. First: chargen unlock ${name}`);
  }
  const env = environmentOf(workspace.workspaceRoot, call.globals.profile, call.io.env);
  const context = takesContext(workspace, env, call.io);
  return answerForEach(call, scenes, async ({ name, entity, scene }) => {
    const roll = await takesToRoll(context, entity, scene, count);
    if (roll.kind === 'too-many') return { kind: 'refused', message: roll.why };
    return write(workspace, { name, entity, scene }, roll.take, roll.takes);
  });
}

function namesOf(names: readonly string[]): readonly string[] {
  if (names.length > 0) return names;
  throw new CliError('Name a scene, as <entity>/<scene>, or all rejected ones with --rejected.');
}

async function rejectedScenes(
  workspace: Workspace,
  names: readonly string[],
  choice: z.infer<typeof choiceSchema>,
): Promise<NamedScene[]> {
  if (names.length > 0) throw new CliError('Name scenes, or all rejected ones with --rejected, not both.');
  const { selection } = select(workspace, selectionSchema.parse(choice));
  const { scenes } = await listApprovals(workspace, selection);
  return scenes.filter((one) => one.again);
}

/** `takes` first: alone it asks for nothing. */
async function write(
  { workspaceRoot }: Workspace,
  { name, entity, scene }: NamedScene,
  take: number,
  takes: number | undefined,
): Promise<SceneAnswer> {
  const fields = [
    ...(takes === undefined ? [] : [{ field: 'takes' as const, value: takes }]),
    ...(take === scene.take ? [] : [{ field: 'take' as const, value: take }]),
  ];
  for (const field of fields) {
    const outcome = await setSceneField(workspaceRoot, entity, scene, field);
    if (outcome.kind !== 'refused') continue;
    const hand = `Write "${field.field}: ${field.value}" into the scene by hand.`;
    return { kind: 'refused', message: `${outcome.file} could not be changed: ${outcome.why}. ${hand}` };
  }
  return answerOf(name, entity, scene, take, takes);
}

function answerOf(
  name: string,
  entity: Entity,
  { file }: Scene,
  take: number,
  takes: number | undefined,
): SceneAnswer {
  const what = takes === undefined || takes === take ? `take ${take}` : `takes ${take} to ${takes}`;
  return {
    kind: 'done',
    json: { take, ...(takes === undefined ? {} : { takes }), file },
    text: `${name} asks for ${what} now (${file}). Make it with: chargen batch generate --filter ${entity.slug}`,
  };
}
