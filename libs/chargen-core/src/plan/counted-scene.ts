import { inputTokens, textTokens } from './cost.js';
import type { CountedScene, CountedState, PlannedScene, SceneState } from './scene-state.js';

export function countedScene(planned: PlannedScene): CountedScene {
  const { entity, state, name, model, key, cost, request, prompt } = planned;
  return {
    name,
    model,
    key,
    cost,
    entity: { type: entity.type, slug: entity.slug },
    state: countedState(state),
    hasRequest: request !== undefined,
    tokens: request === undefined ? textTokens(prompt.text) : inputTokens(request),
  };
}

function countedState(state: SceneState): CountedState {
  switch (state.kind) {
    case 'done':
      return { kind: state.kind, by: state.by };
    case 'pending':
      return { kind: state.kind, key: state.key, before: state.before, changes: state.changes };
    case 'waits':
      return { kind: state.kind, on: state.on, before: state.before, changes: state.changes };
    default:
      return { kind: state.kind };
  }
}
