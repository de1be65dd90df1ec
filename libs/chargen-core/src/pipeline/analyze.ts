import { analysisTargets, loadAnswerSchema, loadValidation } from '../analysis/index.js';
import type { RunReport } from '../report/outcome.js';
import { Analyses } from './analyses.js';
import type { GenerateOptions } from './options.js';
import { runPipeline } from './run.js';
import { withTools } from './tools.js';

/**
 * Describes every picture of the chosen entities that is to be described and is not, and reports what became of
 * each. Rejects with a message for people if the workspace's schema cannot be used.
 */
export async function analyzePictures(options: GenerateOptions): Promise<RunReport> {
  const { workspaceRoot, places, settings, world } = options;
  const schema = await loadAnswerSchema(workspaceRoot, settings);
  const validate = await loadValidation();
  return withTools(options, (tools) => {
    const targets = tools.chosen.flatMap((loaded) =>
      analysisTargets(world, loaded, settings.analyzePictures, places).map((target) => ({ loaded, target })),
    );
    const kind = new Analyses({ ...options, ...tools, schema, validate }, targets);
    return runPipeline({ kindOf: () => kind }, options, tools);
  });
}
