import { loadAnswerSchema, loadValidation, ofScene } from '../analysis/index.js';
import type { LoadedEntity, Scene, World } from '../content/index.js';
import type { CanonVerdict, SceneOutcome } from '../report/outcome.js';
import { AnalysisRun, canonOf, type AnalysisRunOptions } from './analysis-run.js';

export interface CanonCheckOptions extends Omit<AnalysisRunOptions, 'schema' | 'validate'> {
  readonly world: World;
  /** Scenes whose pictures are done. */
  readonly scenes: readonly { readonly loaded: LoadedEntity; readonly scene: Scene }[];
}

export interface CanonCheck {
  /** By scene: `character/ada/at-the-loom`. */
  readonly verdicts: ReadonlyMap<string, CanonVerdict>;
  /** Scenes that Google still works on; the next call asks after them. */
  readonly open: ReadonlySet<string>;
  /** US dollars of this call; null where the price is not known. */
  readonly costUsd: number | null;
}

/**
 * Has pictures judged against the canonical appearance of who is in them, those that were not judged before. What
 * comes of it is told and never acted on; a picture that could not be judged stays as good as it is.
 */
export async function checkCanon(options: CanonCheckOptions): Promise<CanonCheck> {
  const { workspaceRoot, settings, world, places, scenes, listener } = options;
  const targets = scenes.flatMap(({ loaded, scene }) => {
    if (loaded.entity === undefined) return [];
    const target = ofScene(world, loaded.entity, scene, places);
    // Nobody said what anyone in it looks like.
    return target.subjects.length === 0 ? [] : [{ loaded, target }];
  });
  const schema = await loadAnswerSchema(workspaceRoot, settings);
  const run = new AnalysisRun({ ...options, schema, validate: await loadValidation() }, targets);
  await run.prepare();
  const engine = await run.ask(() => undefined);
  const verdicts = new Map<string, CanonVerdict>();
  const open = new Set<string>();
  const outcomes: SceneOutcome[] = [];
  for (const [name, tracked] of run.tracked) {
    const verdict = canonOf(tracked.now);
    if (verdict !== undefined) verdicts.set(name, verdict);
    const told = run.outcome(tracked, engine);
    if (told === undefined) continue;
    outcomes.push(told);
    if (told.outcome.kind === 'pending') open.add(name);
    if (told.outcome.kind === 'failed') {
      listener({ kind: 'warning', message: `${name} could not be judged: ${told.outcome.message}` });
    }
  }
  return { verdicts, open, costUsd: costOf(outcomes) };
}

/** US dollars that analyses of this call cost; null where one has no known price. */
export function costOf(scenes: readonly SceneOutcome[]): number | null {
  let sum = 0;
  for (const { outcome } of scenes) {
    if (outcome.kind !== 'analyzed') continue;
    if (outcome.costUsd === null) return null;
    sum += outcome.costUsd;
  }
  return sum;
}
