import type { LoadedEntity, World } from '../content/index.js';
import { REAL_PLACES } from '../plan/places.js';
import type { ChargenSettings } from '../plan/settings.js';
import { asJson, digestJson } from '../util/canonical-json.js';
import { defaultAnswerSchema } from './answer-schema.js';
import { analysisPrompt } from './prompt.js';
import { analysisTargets } from './targets.js';

/**
 * One digest of everything but the pictures that can change an entity's analyses: what is asked, of which
 * pictures, of which model. What the tool wrote is not in it, nor are scenes and prompts.
 */
export function analysisDigest(world: World, loaded: LoadedEntity, settings: ChargenSettings): string {
  // A broken file's project changes with the file, so that mending it is seen.
  if (loaded.entity === undefined) return digestJson({ broken: loaded.sourceDigest });
  const { analysisModel, analyzePictures, analysisSchemaMode } = settings;
  const targets = analysisTargets(world, loaded, analyzePictures, REAL_PLACES);
  return digestJson(
    asJson({
      analysisModel,
      analysisSchemaMode,
      schema: schemaDigest(),
      targets: targets.map((target) => ({
        name: target.name,
        paths: target.paths,
        take: target.take,
        prompt: analysisPrompt(target),
      })),
      // Such an entry stands in for an analysis; where it goes, the picture is to be asked about.
      written: (loaded.analyses ?? [])
        .filter(({ owner, taskKey }) => owner === 'person' && taskKey === undefined)
        .map(({ picture }) => picture)
        .sort(),
    }),
  );
}

let ofSchema: string | undefined;

/** Of the built-in schema; a workspace's own is an input of the task by its path. */
function schemaDigest(): string {
  ofSchema ??= digestJson(defaultAnswerSchema());
  return ofSchema;
}
