import { asksForCanon, loadAnswerSchema, loadValidation, ofScene } from '../analysis/index.js';
import type { LoadedEntity, Scene } from '../content/index.js';
import type { CanonVerdict } from '../report/outcome.js';
import { sumOfPayments, type StopReason } from '../run/index.js';
import { Analyses } from './analyses.js';
import { canonOf } from './analysis-outcome.js';
import { ItemRun, type ItemRunOptions } from './item-run.js';

export interface CanonCheckOptions extends ItemRunOptions {
  /** Scenes whose pictures are done. */
  readonly scenes: readonly { readonly loaded: LoadedEntity; readonly scene: Scene }[];
  /** False after a stop: what was judged before is reported, and what was not is open. */
  readonly asks: boolean;
}

export interface CanonCheck {
  /** By scene: `character/ada/at-the-loom`. */
  readonly verdicts: ReadonlyMap<string, CanonVerdict>;
  /** Scenes that Google still works on; the next call asks after them. */
  readonly open: ReadonlySet<string>;
  /** US dollars of this call; null if the price is not known. */
  readonly costUsd: number | null;
  /** Why judgements are open that could have been asked for. */
  readonly stop: StopReason | undefined;
}

/**
 * Has pictures judged against the canonical appearance of who is in them, those that were not judged before. What
 * comes of it is reported and never acted on; a picture that could not be judged stays as good as it is.
 */
export async function checkCanon(options: CanonCheckOptions): Promise<CanonCheck> {
  const { workspaceRoot, settings, world, places, scenes, listener } = options;
  const targets = scenes.flatMap(({ loaded, scene }) => {
    if (loaded.entity === undefined) return [];
    const target = ofScene(world, loaded.entity, scene, places);
    // Without a written appearance there is nothing to compare with.
    return target.subjects.length === 0 ? [] : [{ loaded, target }];
  });
  const schema = await loadAnswerSchema(workspaceRoot, settings);
  if (!asksForCanon(schema.schema)) {
    listener({ kind: 'warning', message: NO_CANON_FIELD });
    return { verdicts: new Map(), open: new Set(), costUsd: 0, stop: undefined };
  }
  const kind = new Analyses({ ...options, schema, validate: await loadValidation() }, targets);
  const items = new ItemRun(kind, options);
  await items.prepare();
  const request = options.asks ? await items.request(() => Promise.resolve()) : undefined;
  const verdicts = new Map<string, CanonVerdict>();
  const open = new Set<string>();
  for (const [name, tracked] of items.tracked) {
    const verdict = canonOf(tracked.planned);
    if (verdict !== undefined) verdicts.set(name, verdict);
    const judged = kind.outcome(tracked, request);
    if (judged === undefined) continue;
    if (judged.outcome.kind === 'pending') open.add(name);
    if (judged.outcome.kind === 'failed') {
      listener({ kind: 'warning', message: `${name} could not be judged: ${judged.outcome.message}` });
    }
  }
  return { verdicts, open, costUsd: sumOfPayments(request?.paid ?? []), stop: request?.stop };
}

const NO_CANON_FIELD =
  'No picture was judged: canonCheck needs the built-in field "canon", which analysisSchema in nx.json leaves out or ' +
  'gives another shape. Take canonCheck away, or let the schema extend the built-in one.';
