import { batchOf, GeminiError, type GeminiErrorKind } from '../../gemini/index.js';
import type { RunContext } from '../context.js';
import { withRetries } from '../retry.js';
import { reportUnknownFields } from '../unknown-fields.js';
import type { WorkItem } from '../work.js';
import type { Turn } from './step.js';

/**
 * Before the first upload: items whose model takes no batch jobs of this key fail, named with what to do about it, and
 * the others go on. True if one failed.
 */
export async function failUnusableModels({ call, context, fresh }: Turn): Promise<boolean> {
  let hasFailed = false;
  for (const item of fresh) {
    const { model } = item.request;
    if (!call.modelProblems.has(model)) call.modelProblems.set(model, await problemOf(context, model));
    const problem = call.modelProblems.get(model);
    if (problem === undefined) continue;
    hasFailed = true;
    call.reportOnce(`model ${model}`, { kind: 'warning', message: `${problem} Nothing is sent for it.` });
    const advice = adviceFor(context, item);
    call.failures.set(item.key, {
      key: item.key,
      item: item.name,
      class: 'model-unusable',
      message: problem,
      advice,
      attempts: 1,
    });
  }
  return hasFailed;
}

/** Undefined if the model takes batch jobs, or if it cannot be found out: the create then shows it. */
async function problemOf(context: RunContext, model: string): Promise<string | undefined> {
  const { door, pace, signal } = context;
  try {
    const served = await withRetries(pace, signal, () => door.findModel(model, signal));
    if (served === undefined) return `Google does not know the model "${model}", or not for this key.`;
    reportUnknownFields(context, { what: 'model', name: model }, served.unknown);
    if (batchOf(served) !== 'no') return undefined;
    return `The model "${model}" takes no batch jobs: by Google's own list it does ${served.methods?.join(', ') ?? ''}.`;
  } catch (error) {
    if (error instanceof GeminiError && !OF_THE_KEY.has(error.info.kind)) return undefined;
    throw error;
  }
}

/** Errors that stop a run for every model. */
const OF_THE_KEY: ReadonlySet<GeminiErrorKind> = new Set(['invalid-key', 'billing', 'no-quota']);

function adviceFor({ kind }: RunContext, { name }: WorkItem): string {
  const list = 'what there is, and what takes batches: npx chargen models --live';
  if (kind === 'analyze') return `Name another model in the plugin option analysisModel in nx.json; ${list}`;
  const scene = name.split('@')[0] ?? name;
  return `Make it at once at full price with: npx chargen now ${scene}, or name another model for it; ${list}`;
}
