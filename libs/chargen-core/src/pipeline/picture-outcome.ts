import { scenePaths, type Places, type PlannedScene } from '../plan/index.js';
import { nothingUsable, type Outcome, type SceneOutcome } from '../report/outcome.js';
import { describeStop, refusalAdvice, wordsOfNx, type EngineOutcome } from '../run/index.js';
import { unreachable } from '../util/unreachable.js';
import type { Tracked } from './item-kind.js';
import { blockedOutcome, openOutcome } from './open-outcome.js';
import { describeState } from './plan-item.js';
import { isRetryableStop } from './run-control.js';

/** What became of a scene. */
export function pictureOutcome(
  tracked: Tracked<PlannedScene>,
  request: EngineOutcome | undefined,
  places: Places,
): SceneOutcome {
  const { entity, scene, state, name, key } = tracked.planned;
  const paths = scenePaths(entity, scene, places);
  return {
    scene: name,
    title: scene.title,
    key,
    picture: state.kind === 'done' ? paths.picture(state.recipe.picture.extension) : undefined,
    outcome: tracked.failure ?? outcomeOf(tracked, request),
  };
}

function outcomeOf(tracked: Tracked<PlannedScene>, request: EngineOutcome | undefined): Outcome {
  const { origin, planned, warnings } = tracked;
  const { state } = planned;
  switch (state.kind) {
    case 'locked':
      return { kind: 'locked' };
    case 'done': {
      if (origin === 'settled') return { kind: 'done' };
      if (origin === 'stored') return { kind: 'reused', warnings };
      const { costUsd, run } = state.recipe.provenance;
      return { kind: 'generated', costUsd, run, warnings };
    }
    case 'reused':
      return { kind: 'pending', why: describeState(planned), retryable: true };
    case 'refused':
    case 'unusable': {
      const { reason, message } = state;
      return nothingUsable(reason, message, refusalAdvice(reason));
    }
    case 'edited':
      return {
        kind: 'failed',
        class: 'edited',
        message: `${state.path}: ${state.why}. It is left as it is.`,
        advice: editedAdvice(planned.name),
      };
    case 'blocked':
      return blockedOutcome(state.diagnostics);
    case 'waits': {
      const stop = request?.stop;
      // A missing key also stops later requests; it is reported as the same cause.
      if (stop === undefined || isRetryableStop(stop)) return { kind: 'waits', on: state.on };
      const words = wordsOfNx('generate', request?.nxTarget);
      return { kind: 'pending', why: describeStop(stop, 'generate', words), retryable: false };
    }
    case 'pending':
      return openOutcome(state.key, state.why, 'generate', request);
    default:
      return unreachable(state);
  }
}

export function editedAdvice(scene: string): string {
  return (
    `Keep yours (the scene is then locked) with: npx chargen keep ${scene}\n` +
    `or have it replaced (yours stays in .chargen/store/edited) with: npx chargen discard ${scene}`
  );
}
