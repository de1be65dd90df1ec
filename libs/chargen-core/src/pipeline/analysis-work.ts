import {
  analysisWireSchema,
  analysisWireText,
  type AnswerReader,
  type PlannedAnalysis,
} from '../analysis/index.js';
import type { ModelTerms } from '../catalogue/index.js';
import { addCosts, estimateCost, expectedOutputBytes, inputTokens } from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import { itemName, type ContentKey } from '../recipe/index.js';
import type { Work, WorkItem } from '../run/index.js';
import type { Tracked } from './item-kind.js';

/** Everything that is to be analyzed, without what was asked for often enough. */
export function analysisWork(
  tracked: ReadonlyMap<string, Tracked<PlannedAnalysis>>,
  answers: AnswerReader,
  terms: ModelTerms,
): Work {
  const items = new Map<ContentKey, WorkItem>();
  const entities = new Set<string>();
  for (const { planned, failure } of tracked.values()) {
    const { state, request, file, target, asked } = planned;
    if (failure !== undefined || state.kind !== 'pending') continue;
    if (request === undefined || file === undefined || asked === undefined) continue;
    if (answers.isGivenUp(state.key)) continue;
    entities.add(target.entity.root);
    if (items.has(state.key)) continue;
    items.set(state.key, {
      key: state.key,
      name: itemName(target.name, state.key),
      request,
      files: [file],
      asked: { digest: asked.digest, compiler: COMPILER_VERSION, attempt: 1 },
      estimate: estimateCost(request, terms),
      inputTokens: inputTokens(request),
      outputBytes: expectedOutputBytes(undefined),
      wireText: analysisWireText(state.key, answers.complaint(state.key)),
      wireSchema: analysisWireSchema(state.key),
    });
  }
  const list = [...items.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    items: list,
    waiting: 0,
    estimate: addCosts(list.map((item) => item.estimate)),
    entities: entities.size,
  };
}
