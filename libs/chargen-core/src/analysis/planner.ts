import { join } from 'node:path';
import { judgeModel } from '../catalogue/index.js';
import { formOf, type AnalysisEntry, type Diagnostic, type LoadedEntity } from '../content/index.js';
import { judgePictureFile, type FileDigests, type Places, type RequestFile } from '../plan/index.js';
import {
  contentKey,
  keyOfItem,
  readAnalysisFile,
  type AnalysisFile,
  type CanonicalRequest,
  type ContentKey,
} from '../recipe/index.js';
import type { AnalyzedResult, RefusedResult, Store } from '../store/index.js';
import { unreachable } from '../util/unreachable.js';
import type { JsonMap } from './gemini-schema.js';
import { analysisRequest } from './request.js';
import type { AnalysisTarget } from './targets.js';

/** Where a picture's analysis stands, by its content key alone. */
export type AnalysisState =
  /** The sidecar bears the key. */
  | { readonly kind: 'done'; readonly key: ContentKey; readonly file: AnalysisFile }
  /** imagery.yaml has what was found for this key, or what a person wrote: nothing is to be asked. */
  | { readonly kind: 'recorded'; readonly key: ContentKey }
  /** The store has it; it only has to be laid beside the picture. */
  | { readonly kind: 'stored'; readonly key: ContentKey; readonly result: AnalyzedResult | RefusedResult }
  | { readonly kind: 'pending'; readonly key: ContentKey }
  /** There is no such picture, and nobody said that there must be. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'blocked'; readonly diagnostics: readonly Diagnostic[] };

export interface PlannedAnalysis {
  readonly loaded: LoadedEntity;
  readonly target: AnalysisTarget;
  readonly state: AnalysisState;
  /** The picture, where there is one. */
  readonly file: RequestFile | undefined;
  readonly request: CanonicalRequest | undefined;
}

export interface AnalysisPlannerOptions {
  readonly workspaceRoot: string;
  readonly model: string;
  readonly schema: JsonMap;
  readonly places: Places;
  readonly store: Store;
  readonly digests: FileDigests;
}

type FoundPicture =
  | { readonly kind: 'file'; readonly file: RequestFile }
  | { readonly kind: 'absent' }
  | { readonly kind: 'error'; readonly diagnostic: Diagnostic };

/** Judges pictures by their keys. Calls nothing and writes nothing. */
export class AnalysisPlanner {
  readonly #options: AnalysisPlannerOptions;

  constructor(options: AnalysisPlannerOptions) {
    this.#options = options;
    options.digests.lookAgain();
  }

  async plan(loaded: LoadedEntity, target: AnalysisTarget): Promise<PlannedAnalysis> {
    const found = await this.#find(target);
    const base = { loaded, target, file: undefined, request: undefined };
    switch (found.kind) {
      case 'absent':
        return { ...base, state: { kind: 'absent' } };
      case 'error':
        return { ...base, state: { kind: 'blocked', diagnostics: [found.diagnostic] } };
      case 'file': {
        const { file } = found;
        const request = analysisRequest(target, this.#options.model, this.#options.schema, file);
        const state = await this.#stateOf(loaded, target, file, contentKey(request));
        return { ...base, file, request, state };
      }
      default:
        return unreachable(found);
    }
  }

  async #find(target: AnalysisTarget): Promise<FoundPicture> {
    const { digests } = this.#options;
    const error = (code: string, message: string): FoundPicture => ({
      kind: 'error',
      diagnostic: { severity: 'error', code, message, file: target.entity.file, at: placeOf(target) },
    });
    const { paths } = target;
    const outcome = await judgePictureFile(digests, { subject: target, paths, thing: 'picture' });
    if (outcome.kind === 'file') return outcome;
    if (outcome.kind === 'problem') return error(outcome.code, outcome.message);
    // Older dialects name pictures that were never there; a form that declares them by hand means each.
    const isDeclared = target.kind === 'reference' && formOf(target.entity).declaresPictures;
    return isDeclared
      ? error('missing-reference', `The reference ${paths.join(' or ')} does not exist.`)
      : { kind: 'absent' };
  }

  async #stateOf(
    loaded: LoadedEntity,
    target: AnalysisTarget,
    file: RequestFile,
    key: ContentKey,
  ): Promise<AnalysisState> {
    const { workspaceRoot, places, store } = this.#options;
    const entries = places.mode === 'real' ? entriesOf(loaded, file) : [];
    // What a person wrote stands in for what the model would not say.
    const isDescribed = entries.some(({ owner }) => owner === 'person');
    const sidecar = await readAnalysisFile(join(workspaceRoot, target.sidecar));
    if (sidecar.kind === 'present' && sidecar.value.key === key) {
      const isStoodIn = sidecar.value.kind === 'refused' && isDescribed;
      return isStoodIn ? { kind: 'recorded', key } : { kind: 'done', key, file: sidecar.value };
    }
    const stored = await store.find(key);
    if (stored?.kind === 'analyzed' || stored?.kind === 'refused') {
      const isStoodIn = stored.kind === 'refused' && isDescribed;
      return isStoodIn ? { kind: 'recorded', key } : { kind: 'stored', key, result: stored };
    }
    return { kind: entries.some((entry) => isRecord(entry, key)) ? 'recorded' : 'pending', key };
  }
}

function entriesOf(loaded: LoadedEntity, file: RequestFile): readonly AnalysisEntry[] {
  return (loaded.analyses ?? []).filter(({ picture }) => picture === file.path);
}

/** A clone without sidecars must not pay again, and get other words, for what its imagery.yaml says. */
function isRecord({ owner, taskKey }: AnalysisEntry, key: ContentKey): boolean {
  return owner !== 'open' && (taskKey === undefined || keyOfItem(taskKey) === key);
}

function placeOf(target: AnalysisTarget): readonly (string | number)[] {
  return target.entity.pictures.find((picture) => picture.id === target.id)?.at ?? [];
}

/** Why the workspace's model cannot be asked; undefined where it can. */
export function modelProblem(model: string): string | undefined {
  const verdict = judgeModel(model);
  const where = 'the plugin option analysisModel in nx.json';
  if (verdict.kind === 'retired') {
    return `Google has retired the model "${model}". Write "${verdict.model.successor}" in ${where} instead.`;
  }
  if (verdict.kind === 'living' && verdict.model.task !== 'analyze') {
    return `The model "${model}" makes pictures; name one that describes them in ${where}, such as gemini-3.5-flash-lite.`;
  }
  return undefined;
}
