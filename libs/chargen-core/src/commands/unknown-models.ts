import { CATALOGUE, judgeModel } from '../catalogue/index.js';
import type { Diagnostic, Scene } from '../content/index.js';
import { nearest } from '../util/nearest.js';
import type { WorldPlanOptions } from './plan-world.js';

/**
 * Models that the catalogue does not know, once for a file. They are allowed, since Google's list grows; a mistyped one
 * would only be rejected after everything was uploaded.
 */
export function unknownModels(
  options: Pick<WorldPlanOptions, 'world' | 'settings' | 'chosen'>,
): Diagnostic[] {
  const { world, settings, chosen = () => true } = options;
  const found = new Map<string, Diagnostic>();
  const warn = (model: string, file: string, scene?: Scene): void => {
    const id = JSON.stringify([file, model]);
    if (judgeModel(model).kind !== 'unlisted' || found.has(id)) return;
    found.set(id, {
      severity: 'warning',
      code: 'unknown-model',
      message: `chargen does not know the model "${model}", nor its price.${didYouMean(model)}`,
      file,
      ...(scene === undefined ? {} : { at: [...scene.at, 'model'], scene: scene.id }),
    });
  };
  warn(settings.generationModel, 'nx.json');
  for (const loaded of world.entities) {
    if (!chosen(loaded)) continue;
    for (const scene of loaded.entity?.scenes ?? [])
      if (scene.model !== undefined) warn(scene.model, scene.file, scene);
  }
  return [...found.values()];
}

function didYouMean(model: string): string {
  const living = CATALOGUE.filter(({ status, task }) => status === 'living' && task === 'generate');
  const guess = nearest(
    model,
    living.map(({ id }) => id),
  );
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}
