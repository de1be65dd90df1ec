import { join } from 'node:path';
import { describeSuccessors, judgeModel, type ModelTerms } from '../catalogue/index.js';
import {
  formOf,
  type AnalysisEntry,
  type Diagnostic,
  type LoadedEntity,
  type World,
} from '../content/index.js';
import {
  changedFields,
  judgePictureFile,
  type Asked,
  type ChargenSettings,
  type FileDigests,
  type Places,
  type RequestFile,
} from '../plan/index.js';
import {
  asContentKey,
  askedMark,
  contentKey,
  keyOfItem,
  readAnalysisFile,
  type AnalysisFile,
  type CanonicalRequest,
  type ContentKey,
} from '../recipe/index.js';
import type { AnalyzedResult, RefusedResult, Store } from '../store/index.js';
import { unreachable } from '../util/unreachable.js';
import { askedOfAnalysis } from './asked-analysis.js';
import type { LoadedSchema } from './load-schema.js';
import { analysisRequest } from './request.js';
import type { AnalysisTarget } from './targets.js';

/** Where a picture's analysis stands. */
export type AnalysisState =
  /** The sidecar bears the key, or people have changed nothing since it was written; the key is the sidecar's. */
  | { readonly kind: 'done'; readonly key: ContentKey; readonly file: AnalysisFile }
  /** imagery.yaml has what was found, or what a person wrote: nothing is to be asked. */
  | { readonly kind: 'recorded'; readonly key: ContentKey }
  /** The store has it, by the words of any version; it only has to be laid beside the picture. */
  | { readonly kind: 'stored'; readonly key: ContentKey; readonly result: AnalyzedResult | RefusedResult }
  | { readonly kind: 'pending'; readonly key: ContentKey }
  /** There is no such picture, and no file declares that there must be. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'blocked'; readonly diagnostics: readonly Diagnostic[] };

export interface PlannedAnalysis {
  readonly loaded: LoadedEntity;
  readonly target: AnalysisTarget;
  readonly state: AnalysisState;
  /** The picture, if there is one. */
  readonly file: RequestFile | undefined;
  readonly request: CanonicalRequest | undefined;
  /** What people asked for; undefined if there is no picture. */
  readonly asked: Asked | undefined;
}

export interface AnalysisPlannerOptions {
  readonly workspaceRoot: string;
  readonly world: World;
  readonly settings: ChargenSettings;
  readonly schema: LoadedSchema;
  readonly places: Places;
  readonly store: Store;
  readonly digests: FileDigests;
}

type FoundPicture =
  | { readonly kind: 'file'; readonly file: RequestFile }
  | { readonly kind: 'absent' }
  | { readonly kind: 'error'; readonly diagnostic: Diagnostic };

/** Judges pictures by what people asked for and by their keys. Calls nothing and writes nothing. */
export class AnalysisPlanner {
  readonly #options: AnalysisPlannerOptions;

  constructor(options: AnalysisPlannerOptions) {
    this.#options = options;
    options.digests.lookAgain();
  }

  async plan(loaded: LoadedEntity, target: AnalysisTarget): Promise<PlannedAnalysis> {
    const found = await this.#find(target);
    const base = { loaded, target, file: undefined, request: undefined, asked: undefined };
    switch (found.kind) {
      case 'absent':
        return { ...base, state: { kind: 'absent' } };
      case 'error':
        return { ...base, state: { kind: 'blocked', diagnostics: [found.diagnostic] } };
      case 'file': {
        const { file } = found;
        const { world, settings, schema } = this.#options;
        const facts = { picture: file.sha256, schema: schema.own };
        const asked = askedOfAnalysis(world, loaded, settings, target, facts);
        const request = analysisRequest(target, settings.analysisModel, schema.schema, file);
        const state = await this.#stateOf({ loaded, target, file, asked }, contentKey(request));
        return { ...base, file, request, asked, state };
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

  async #stateOf(subject: FoundSubject, key: ContentKey): Promise<AnalysisState> {
    const { loaded, target, file, asked } = subject;
    const { workspaceRoot, places } = this.#options;
    const entries = places.mode === 'real' ? entriesOf(loaded, file) : [];
    // What a person wrote replaces the answer that the model refused to give.
    const isDescribed = entries.some(({ owner }) => owner === 'person');
    const sidecar = await readAnalysisFile(join(workspaceRoot, target.sidecar));
    if (sidecar.kind === 'present' && isAskedFor(sidecar.value, subject, key)) {
      const isStoodIn = sidecar.value.kind === 'refused' && isDescribed;
      return isStoodIn
        ? { kind: 'recorded', key }
        : { kind: 'done', key: asContentKey(sidecar.value.key), file: sidecar.value };
    }
    const stored = await this.#stored(asked, key);
    if (stored !== undefined) {
      const isStoodIn = stored.kind === 'refused' && isDescribed;
      return isStoodIn
        ? { kind: 'recorded', key }
        : { kind: 'stored', key: asContentKey(stored.key), result: stored };
    }
    return { kind: entries.some((entry) => isRecord(entry, asked, key)) ? 'recorded' : 'pending', key };
  }

  /** What the store has for the key, or for the same wish in another version's words. */
  async #stored(asked: Asked, key: ContentKey): Promise<AnalyzedResult | RefusedResult | undefined> {
    const { store } = this.#options;
    for (const of of [key, ...(await store.answersTo(asked.digest)).map((entry) => entry.of)]) {
      const result = await store.find(of);
      if (result?.kind === 'analyzed' || result?.kind === 'refused') return result;
    }
    return undefined;
  }
}

interface FoundSubject {
  readonly loaded: LoadedEntity;
  readonly target: AnalysisTarget;
  readonly file: RequestFile;
  readonly asked: Asked;
}

/** A sidecar that does not record what was asked for is judged by its key alone. */
function isAskedFor(sidecar: AnalysisFile, { file, asked }: FoundSubject, key: ContentKey): boolean {
  if (sidecar.key === key) return true;
  if (sidecar.asked === undefined || sidecar.picture.sha256 !== file.sha256) return false;
  return changedFields(sidecar.asked.fields, asked.fields).length === 0;
}

function entriesOf(loaded: LoadedEntity, file: RequestFile): readonly AnalysisEntry[] {
  return (loaded.analyses ?? []).filter(({ picture }) => picture === file.path);
}

/** A clone without sidecars must not pay again, and get other words, for what its imagery.yaml holds. */
function isRecord(entry: AnalysisEntry, asked: Asked, key: ContentKey): boolean {
  const { owner, taskKey } = entry;
  if (owner === 'open') return false;
  return taskKey === undefined || keyOfItem(taskKey) === key || entry.asked === askedMark(asked);
}

function placeOf(target: AnalysisTarget): readonly (string | number)[] {
  return target.entity.pictures.find((picture) => picture.id === target.id)?.at ?? [];
}

/** Why the workspace's model cannot be asked; undefined if it can. */
export function modelProblem(model: string, terms: ModelTerms): string | undefined {
  const verdict = judgeModel(model, terms);
  const where = 'the plugin option analysisModel in nx.json';
  if (verdict.kind === 'retired') {
    const successors = describeSuccessors(verdict.retirement, terms);
    return `Google has retired the model "${model}". Write ${successors} in ${where} instead.`;
  }
  if (verdict.kind === 'living' && verdict.model.task !== 'analyze') {
    return `The model "${model}" makes pictures; name one that describes them in ${where}, such as gemini-3.5-flash-lite.`;
  }
  return undefined;
}
