import type { LoadedEntity, World } from '../content/index.js';
import { chosenOptions, lookDigest, shortDigest, type Asked } from '../plan/asked.js';
import { CHOSEN_ANALYSIS_OPTIONS, type ChargenSettings } from '../plan/settings.js';
import { digestJson } from '../util/canonical-json.js';
import type { AnalysisTarget } from './targets.js';

/** What stands outside of the world's own words and can change an analysis; the graph of Nx has both as inputs. */
export interface AnalysisFacts {
  /** sha256 of the picture. */
  readonly picture?: string | undefined;
  /** sha256 of the workspace's own schema. */
  readonly schema?: string | undefined;
}

/**
 * What people asked for in one analysis, as it was written: which picture, what is said of it and of who is in it, and
 * the options that a person set. No version of the tool is in it, nor its own words or its own schema: an update makes
 * no finished analysis pending.
 */
export function askedOfAnalysis(
  world: World,
  { asked }: LoadedEntity,
  settings: ChargenSettings,
  target: AnalysisTarget,
  { picture, schema }: AnalysisFacts,
): Asked {
  const written = target.kind === 'reference' ? asked?.pictures[target.id] : undefined;
  const fields: Record<string, string> = {
    // A picture's asked digest never equals that of an analysis.
    analysis: shortDigest(target.take),
    ...(written === undefined ? {} : { reference: written }),
    ...(picture === undefined ? {} : { picture: shortDigest(picture) }),
    ...(schema === undefined ? {} : { 'option.analysisSchema': shortDigest(schema) }),
  };
  for (const other of target.shows) {
    // Its own entity may be renamed.
    const name = other === target.entity ? 'entity' : `shows.${other.type}/${other.slug}`;
    fields[name] = lookDigest(world, other);
  }
  for (const [name, value] of Object.entries(chosenOptions(settings, CHOSEN_ANALYSIS_OPTIONS)))
    fields[`option.${name}`] = shortDigest(value);
  return { digest: digestJson(fields), fields };
}
