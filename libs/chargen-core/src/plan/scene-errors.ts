import {
  describeSuccessors,
  judgeModel,
  type ModelFacts,
  type ModelTerms,
  type ModelVerdict,
} from '../catalogue/index.js';
import type { Diagnostic, Entity, Scene, World } from '../content/index.js';
import { sceneCycle } from './scene-cycles.js';

/** What is wrong with a scene itself, so that it cannot be made with any references. */
export function sceneErrors(world: World, entity: Entity, scene: Scene, model: ModelVerdict): Diagnostic[] {
  return [
    ...authorErrors(world, entity, scene),
    ...(model.kind === 'living' ? settingErrors(scene, model.model) : []),
    ...cycleError(world, entity, scene),
  ];
}

/** What the reader found wrong within the scene: it is not made of the half that could be read. */
function authorErrors(world: World, entity: Entity, scene: Scene): Diagnostic[] {
  const found = world.find(entity.type, entity.slug)?.diagnostics ?? [];
  return found.filter(
    ({ severity, file, at }) =>
      severity === 'error' &&
      file === scene.file &&
      at !== undefined &&
      scene.at.every((step, n) => at[n] === step),
  );
}

/** Undefined if its model lives, or if no end of it is known. */
export function retiredModelError(scene: Scene, model: string, terms: ModelTerms): Diagnostic | undefined {
  const verdict = judgeModel(model, terms);
  if (verdict.kind !== 'retired') return undefined;
  const { retirement } = verdict;
  const since = retirement.on === undefined ? '' : ` since ${retirement.on}`;
  const where = scene.model === undefined ? 'the plugin option generationModel in nx.json' : 'this scene';
  const successors = describeSuccessors(retirement, terms, scene.imageSize);
  const message = `Google has retired the model "${model}"${since}. Write ${successors} in ${where} instead.`;
  return errorOf(scene, 'retired-model', message, 'model');
}

function settingErrors(scene: Scene, model: ModelFacts): Diagnostic[] {
  const { id, task, aspectRatios, imageSizes } = model;
  if (task !== 'generate') {
    const message = `The model "${id}" makes no pictures; use one such as gemini-3-pro-image.`;
    return [errorOf(scene, 'wrong-model', message, 'model')];
  }
  const errors: Diagnostic[] = [];
  if (!aspectRatios.includes(scene.aspectRatio)) {
    const message = `The model "${id}" does not paint ${scene.aspectRatio}; it takes ${aspectRatios.join(', ')}.`;
    errors.push(errorOf(scene, 'ratio-not-supported', message, 'aspect_ratio'));
  }
  if (!imageSizes.includes(scene.imageSize)) {
    const message = `The model "${id}" does not paint in ${scene.imageSize}; it takes ${imageSizes.join(', ')}.`;
    errors.push(errorOf(scene, 'size-not-supported', message, 'image_size'));
  }
  return errors;
}

function errorOf(scene: Scene, code: string, message: string, field: string): Diagnostic {
  return { severity: 'error', code, message, file: scene.file, at: [...scene.at, field], scene: scene.id };
}

function cycleError(world: World, entity: Entity, scene: Scene): Diagnostic[] {
  const cycle = sceneCycle(world, entity, scene);
  if (cycle === undefined) return [];
  return [
    {
      severity: 'error',
      code: 'scene-cycle',
      message: `This scene needs its own picture first: ${cycle.join(' -> ')}. Take one of these references away.`,
      file: scene.file,
      at: [...scene.at, 'references'],
      scene: scene.id,
    },
  ];
}
