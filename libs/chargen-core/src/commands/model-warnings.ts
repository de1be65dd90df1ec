import { CATALOGUE, describeSuccessors, judgeModel, type ModelTerms } from '../catalogue/index.js';
import type { Diagnostic, Scene } from '../content/index.js';
import { modelTerms } from '../plan/index.js';
import { SYSTEM_CLOCK } from '../util/clock.js';
import { nearest } from '../util/nearest.js';
import type { WorldPlanOptions } from './plan-world.js';

/** What a person should know of the models that are named, each thing once for a file. None of it stops a picture. */
export function modelWarnings(
  options: Pick<WorldPlanOptions, 'world' | 'settings' | 'chosen' | 'clock'>,
): Diagnostic[] {
  const { world, settings, chosen = () => true, clock = SYSTEM_CLOCK } = options;
  const terms = modelTerms(settings, clock.now());
  const found = new Map<string, Diagnostic>();
  const look = (model: string, file: string, scene?: Scene): void => {
    const id = JSON.stringify([file, model]);
    const warning = found.has(id) ? undefined : warningOf(model, terms, scene);
    if (warning === undefined) return;
    const place = scene === undefined ? {} : { at: [...scene.at, 'model'], scene: scene.id };
    found.set(id, { severity: 'warning', ...warning, file, ...place });
  };
  look(settings.generationModel, 'nx.json');
  look(settings.analysisModel, 'nx.json');
  for (const loaded of world.entities) {
    if (!chosen(loaded)) continue;
    for (const scene of loaded.entity?.scenes ?? [])
      if (scene.model !== undefined) look(scene.model, scene.file, scene);
  }
  return [...found.values()];
}

function warningOf(
  id: string,
  terms: ModelTerms,
  scene: Scene | undefined,
): Pick<Diagnostic, 'code' | 'message'> | undefined {
  const verdict = judgeModel(id, terms);
  switch (verdict.kind) {
    case 'unlisted':
      // They are allowed, since Google's list grows; a mistyped one would only be rejected by Google.
      return {
        code: 'unknown-model',
        message: `chargen does not know the model "${id}", nor its price.${didYouMean(id)} If it is right, describe it in the plugin option "models" in nx.json.`,
      };
    case 'retired':
      return undefined;
    case 'living': {
      const { batch, retirement } = verdict.model;
      if (retirement?.on !== undefined && Date.parse(retirement.on) > terms.at) {
        const successors = describeSuccessors(retirement, terms, scene?.imageSize);
        const message = `Google retires the model "${id}" on ${retirement.on}. Write ${successors} in its place before that day.`;
        return { code: 'model-ends', message };
      }
      if (batch !== 'no') return undefined;
      const message = `The model "${id}" takes no batch jobs: make its pictures with chargen now, or name another model.`;
      return { code: 'model-without-batch', message };
    }
  }
}

function didYouMean(model: string): string {
  const living = CATALOGUE.filter(({ task, retirement }) => task === 'generate' && retirement === undefined);
  const guess = nearest(
    model,
    living.map(({ id }) => id),
  );
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}
