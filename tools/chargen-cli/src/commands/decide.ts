import { FileDigests, reviewScene, sceneName, type ApprovalState } from 'chargen-core';
import { z } from 'chargen-core/zod';
import type { ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { answerForEach, scenesCalled } from './scene-answers.js';

const optionsSchema = z.object({ note: z.string().optional(), undo: z.boolean().default(false) });

/** Writes what a person decided about the pictures of scenes; `--undo` takes it back. */
export async function decide(
  call: CommandCall,
  verdict: Exclude<ApprovalState, 'unreviewed'>,
): Promise<ExitCode> {
  const { note, undo } = optionsSchema.parse(call.options);
  const workspace = await openWorkspace(call.globals);
  const { workspaceRoot } = workspace;
  const digests = await FileDigests.open(workspaceRoot);
  const state = undo ? 'unreviewed' : verdict;
  return answerForEach(call, scenesCalled(workspace, call.args), async ({ entity, scene }) => {
    const outcome = await reviewScene({ workspaceRoot, digests }, entity, scene, { state, note }, Date.now());
    if (outcome.kind === 'refused') return { kind: 'refused', message: outcome.why };
    const { file, before, kind } = outcome;
    const name = sceneName(entity, scene);
    const next = state === 'rejected' ? ` Make it again with: chargen reroll ${name}` : '';
    return {
      kind: 'done',
      json: { state, before: before.state, changed: kind === 'written', file },
      text: `${name} is ${kind === 'written' ? 'now' : 'already'} ${state} (${file}).${next}`,
    };
  });
}
