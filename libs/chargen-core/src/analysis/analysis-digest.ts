import type { LoadedEntity, World } from '../content/index.js';
import { KEY_VERSION } from '../recipe/key-version.js';
import { REAL_PLACES } from '../plan/places.js';
import type { ChargenSettings } from '../plan/settings.js';
import { asJson, digestJson } from '../util/canonical-json.js';
import { askedOfAnalysis } from './asked-analysis.js';
import { analysisTargets, type AnalysisTarget } from './targets.js';

/**
 * One digest of what people wrote that can change an entity's analyses: which pictures, what is said of them and of who
 * is in them, and the options. The pictures are not in it, which are inputs by their paths, nor what the tool wrote, nor
 * its version: a clone that has only Nx's remote cache would pay again for finished analyses after an update.
 */
export function analysisDigest(
  world: World,
  loaded: LoadedEntity,
  settings: ChargenSettings,
  targets: readonly AnalysisTarget[] = analysisTargets(world, loaded, settings.analyzePictures, REAL_PLACES),
): string {
  // A broken file's project changes with the file, so that fixing it is noticed.
  if (loaded.entity === undefined) return digestJson({ broken: loaded.sourceDigest });
  return digestJson(
    asJson({
      key: KEY_VERSION,
      targets: targets.map((target) => ({
        name: target.name,
        paths: target.paths,
        asked: askedOfAnalysis(world, loaded, settings, target, {}).digest,
      })),
      // Such an entry replaces an analysis; if it is removed, the picture is to be analyzed.
      written: (loaded.analyses ?? [])
        .filter(({ owner, taskKey }) => owner === 'person' && taskKey === undefined)
        .map(({ picture }) => picture)
        .sort(),
    }),
  );
}
