import { refusedAdvice, type PlannedAnalysis } from '../analysis/index.js';
import type { Places } from '../plan/index.js';
import { typeAnswer } from '../recipe/index.js';
import { nothingUsable, type CanonVerdict, type Outcome, type SceneOutcome } from '../report/outcome.js';
import type { EngineOutcome } from '../run/index.js';
import { unreachable } from '../util/unreachable.js';
import type { Tracked } from './item-kind.js';
import { blockedOutcome, openOutcome } from './open-outcome.js';

/** What became of the analysis of a picture; undefined for a picture that does not exist. */
export function analysisOutcome(
  tracked: Tracked<PlannedAnalysis>,
  request: EngineOutcome | undefined,
  places: Places,
): SceneOutcome | undefined {
  const { target, state, file } = tracked.planned;
  if (state.kind === 'absent') return undefined;
  return {
    scene: target.name,
    title: target.title,
    key: state.kind === 'blocked' ? undefined : state.key,
    picture: file?.path,
    outcome: tracked.failure ?? outcomeOf(tracked, request, places),
    canon: canonOf(tracked.planned),
  };
}

function outcomeOf(
  { planned, origin }: Tracked<PlannedAnalysis>,
  request: EngineOutcome | undefined,
  places: Places,
): Outcome {
  const { state } = planned;
  switch (state.kind) {
    case 'done': {
      const { file } = state;
      if (file.kind === 'refused') {
        return nothingUsable(file.reason, file.message, refusedAdvice(planned.target));
      }
      if (origin === 'settled') return { kind: 'done' };
      const warnings = warningsOf(planned, places);
      if (origin === 'stored') return { kind: 'reused', warnings };
      const { costUsd, run } = file.provenance;
      return { kind: 'analyzed', costUsd, run, warnings };
    }
    case 'recorded':
    case 'absent':
      return { kind: 'done' };
    case 'stored':
      return { kind: 'pending', why: 'its analysis is in the store', retryable: true };
    case 'blocked':
      return blockedOutcome(state.diagnostics);
    case 'pending':
      return openOutcome(state.key, 'it is being analyzed', 'analyze', request);
    default:
      return unreachable(state);
  }
}

function warningsOf(planned: PlannedAnalysis, places: Places): readonly string[] {
  const canon = canonOf(planned);
  return [
    ...(canon === undefined || canon.matches
      ? []
      : [`Not as the canonical appearance states: ${canon.contradictions.join('; ')}`]),
    // A preview writes into no imagery.yaml, so that the owner of the entry there does not matter.
    ...(places.mode === 'real' ? keptEntry(planned) : []),
  ];
}

/** How a picture fits its canonical appearance; undefined if there is none, or if nothing was stated. */
export function canonOf({ state, target }: PlannedAnalysis): CanonVerdict | undefined {
  if (state.kind !== 'done' || state.file.kind !== 'analyzed' || target.subjects.length === 0)
    return undefined;
  const { canon } = typeAnswer(state.file.analysis);
  if (canon === undefined) return undefined;
  return { matches: canon.matches, confidence: canon.confidence, contradictions: canon.contradictions };
}

/** A person's entry may describe a picture that was replaced, and prompts are made of it all the same. */
function keptEntry({ loaded, target, file }: PlannedAnalysis): readonly string[] {
  const entry = (loaded.analyses ?? []).find(
    ({ picture, owner }) => picture === file?.path && owner === 'person',
  );
  if (entry === undefined) return [];
  return [
    `Its entry in ${target.entity.file} is a person's and stays as it is; what was found now stands in ` +
      `${target.sidecar}. Delete the entry to have it written anew.`,
  ];
}
