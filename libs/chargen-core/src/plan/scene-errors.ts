import { judgeModel } from '../catalogue/index.js';
import type { Diagnostic, Entity, Scene, World } from '../content/index.js';
import { sceneCycle } from './scene-cycles.js';

/** What is wrong with a scene itself, so that it cannot be made whatever its references are. */
export function sceneErrors(world: World, entity: Entity, scene: Scene, model: string): Diagnostic[] {
  return [
    ...authorErrors(world, entity, scene),
    ...settingErrors(scene, model),
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

function settingErrors(scene: Scene, model: string): Diagnostic[] {
  const error = (code: string, message: string, field: string): Diagnostic => ({
    severity: 'error',
    code,
    message,
    file: scene.file,
    at: [...scene.at, field],
    scene: scene.id,
  });
  const verdict = judgeModel(model);
  if (verdict.kind === 'retired') {
    const since = verdict.model.since === undefined ? '' : ` since ${verdict.model.since}`;
    const where = scene.model === undefined ? 'the plugin option generationModel in nx.json' : 'this scene';
    return [
      error(
        'retired-model',
        `Google has retired the model "${model}"${since}. Write "${verdict.model.successor}" in ${where} instead.`,
        'model',
      ),
    ];
  }
  if (verdict.kind === 'unlisted') return [];
  const { model: known } = verdict;
  if (known.task !== 'generate') {
    return [
      error(
        'wrong-model',
        `The model "${model}" makes no pictures; use one such as gemini-3-pro-image.`,
        'model',
      ),
    ];
  }
  const errors: Diagnostic[] = [];
  if (!known.aspectRatios.includes(scene.aspectRatio)) {
    const message = `The model "${model}" does not paint ${scene.aspectRatio}; it takes ${known.aspectRatios.join(', ')}.`;
    errors.push(error('ratio-not-supported', message, 'aspect_ratio'));
  }
  if (!known.imageSizes.includes(scene.imageSize)) {
    const message = `The model "${model}" does not paint in ${scene.imageSize}; it takes ${known.imageSizes.join(', ')}.`;
    errors.push(error('size-not-supported', message, 'image_size'));
  }
  return errors;
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
