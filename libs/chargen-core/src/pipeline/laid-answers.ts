import { join } from 'node:path';
import { analysisTargets } from '../analysis/index.js';
import { PICTURE_NAME, type LoadedEntity } from '../content/index.js';
import { scenePaths, sceneName, scenesWithTakes } from '../plan/index.js';
import {
  readAnalysisFile,
  readRecipe,
  readRefusal,
  resultOf,
  resultOfAnalysis,
  resultOfRefusal,
} from '../recipe/index.js';
import type { StoredResult } from '../store/index.js';
import { namesIn } from '../util/names-in.js';
import type { StoreContext } from './plan-scene.js';

/** An answer that was paid for, here or by a teammate, and is in an entity's folder. */
export interface LaidAnswer {
  readonly kind: 'picture' | 'refusal' | 'analysis';
  /** The scene or reference that it belongs to. */
  readonly scene: string;
  /** What the store keeps of it, as far as the file beside the picture holds it. */
  readonly result: StoredResult;
  /** The file that holds the answer (a picture, or a refusal or an analysis), relative to the workspace. */
  readonly file: string;
}

/** The answers of these entities by their recipes, refusals and analyses. Whether a picture is still whole is not read. */
export async function* laidAnswers(
  { workspaceRoot, places, world }: StoreContext,
  entities: readonly LoadedEntity[],
): AsyncGenerator<LaidAnswer> {
  for (const loaded of entities) {
    // Most of a world that was never made here: several files a scene would be looked for.
    const names = await namesIn(join(workspaceRoot, loaded.folder.root, places.imagesDir));
    if (names.every((name) => PICTURE_NAME.test(name))) continue;
    const { entity } = loaded;
    const scenes = entity === undefined ? [] : await scenesWithTakes(workspaceRoot, entity, places);
    for (const scene of scenes) {
      if (entity === undefined) continue;
      const paths = scenePaths(entity, scene, places);
      const name = sceneName(entity, scene);
      const recipe = await readRecipe(join(workspaceRoot, paths.recipe));
      if (recipe.kind === 'present') {
        const result = resultOf(recipe.value);
        yield { kind: 'picture', scene: name, result, file: paths.picture(result.picture.extension) };
      }
      const refusal = await readRefusal(join(workspaceRoot, paths.refusal));
      if (refusal.kind === 'present')
        yield { kind: 'refusal', scene: name, result: resultOfRefusal(refusal.value), file: paths.refusal };
    }
    // All analyses, not only those asked for now: an answer that was paid for earlier still counts.
    for (const { name, sidecar } of analysisTargets(world, loaded, 'all', places)) {
      const analysis = await readAnalysisFile(join(workspaceRoot, sidecar));
      if (analysis.kind !== 'present') continue;
      const kind = analysis.value.kind === 'refused' ? 'refusal' : 'analysis';
      yield { kind, scene: name, result: resultOfAnalysis(analysis.value), file: sidecar };
    }
  }
}
