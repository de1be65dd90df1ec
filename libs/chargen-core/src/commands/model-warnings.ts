import { CATALOGUE, describeSuccessors, judgeModel, type ModelTerms } from '../catalogue/index.js';
import type { Diagnostic, Entity, Scene } from '../content/index.js';
import { modelTerms, type ChargenSettings } from '../plan/index.js';
import { SYSTEM_CLOCK, type Clock } from '../util/clock.js';
import { nearest } from '../util/nearest.js';

/** What a person should know of the models that the workspace names. None of it stops a picture. */
export function modelWarningsOfOptions(settings: ChargenSettings, clock: Clock = SYSTEM_CLOCK): Diagnostic[] {
  const { generationModel, analysisModel } = settings;
  const terms = modelTerms(settings, clock.now());
  return [...new Set([generationModel, analysisModel])].flatMap((model) => {
    const warning = warningOf(model, terms, undefined);
    return warning === undefined ? [] : [{ severity: 'warning', ...warning, file: 'nx.json' }];
  });
}

/** The same of those that scenes name, each once for a file. */
export function modelWarnings(
  entity: Entity,
  settings: ChargenSettings,
  clock: Clock = SYSTEM_CLOCK,
): Diagnostic[] {
  const terms = modelTerms(settings, clock.now());
  const found = new Map<string, Diagnostic>();
  for (const scene of entity.scenes) {
    const { model, file, at, id } = scene;
    const subject = JSON.stringify([file, model]);
    const warning = model === undefined || found.has(subject) ? undefined : warningOf(model, terms, scene);
    if (warning === undefined) continue;
    found.set(subject, { severity: 'warning', ...warning, file, at: [...at, 'model'], scene: id });
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
