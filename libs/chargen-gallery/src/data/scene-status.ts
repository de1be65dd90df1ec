import {
  ADOPTED,
  diagnosticLine,
  editedAdvice,
  locateInWorkspace,
  refusalAdvice,
  type PlannedItem,
  type PlannedScene,
} from 'chargen-core';
import type { SceneState } from '../model.js';
import type { ReportedOutcome } from './runs.js';

export type ReportedFailure = Extract<ReportedOutcome, { kind: 'failed' }>;

export interface SceneStatus {
  readonly state: SceneState;
  /** A clause without its full stop. */
  readonly reason: string;
  /** What to try, one thing each. */
  readonly advice: readonly string[];
}

function isOfPresentKey({ by, pointer, recipe }: Extract<PlannedScene['state'], { kind: 'done' }>): boolean {
  return by.kind === 'key' && !pointer && recipe.provenance.run !== ADOPTED;
}

/** Where a scene stands, for a reader who has not read the documentation. */
export function sceneStatus(
  workspaceRoot: string,
  planned: PlannedScene,
  item: PlannedItem,
  failure: ReportedFailure | undefined,
): SceneStatus {
  const { state } = planned;
  const { reason } = item;
  if (item.state === 'in-flight') {
    const advice = ['Nothing is to be paid again: chargen collect takes it once it is finished.'];
    return { state: 'in-flight', reason, advice };
  }
  switch (state.kind) {
    case 'done':
      return {
        state: 'done',
        reason: isOfPresentKey(state) ? 'it was made from what its file asks for now' : reason,
        advice: [],
      };
    case 'reused':
      return {
        state: 'reused',
        reason,
        advice: ['It was paid for before; the next run lays it into its folder and pays nothing.'],
      };
    case 'locked':
      return { state: 'locked', reason, advice: ['No run touches it. Unlock it to have it made again.'] };
    case 'waits':
      return {
        state: 'waits',
        reason,
        advice: ['Nothing is wrong: the same run makes those pictures first, then this one.'],
      };
    case 'refused':
    case 'unusable':
      return { state: state.kind, reason, advice: [refusalAdvice(state.reason)] };
    case 'edited':
      return {
        state: 'edited',
        reason,
        advice: editedAdvice(planned.name).split('\n'),
      };
    case 'blocked':
      return {
        state: 'blocked',
        reason: state.diagnostics.map((one) => one.message).join(' '),
        advice: locateInWorkspace(workspaceRoot, state.diagnostics).map(diagnosticLine),
      };
    case 'pending':
      if (failure !== undefined) {
        return { state: 'failed', reason: failure.message, advice: failure.advice.split('\n') };
      }
      return { state: 'pending', reason, advice: ['The next run makes it.'] };
  }
}
