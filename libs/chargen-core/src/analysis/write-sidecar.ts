import { posix } from 'node:path';
import { formOf } from '../content/index.js';
import type { Places } from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import {
  analysisFileSchema,
  canonicalRequestSchema,
  contentKey,
  itemName,
  type AnalysisFile,
  type CanonicalRequest,
} from '../recipe/index.js';
import type { AnalyzedResult, RefusedResult } from '../store/index.js';
import { layJson, openEntityFolder, type NotLaid } from '../record/lay-file.js';
import type { PlannedAnalysis } from './planner.js';
import type { AnalysisTarget } from './targets.js';

export type LaidSidecar = { readonly kind: 'laid'; readonly file: AnalysisFile } | NotLaid;

/** What a person can do about a picture that the model does not describe. */
export function refusedAdvice({ kind, entity }: AnalysisTarget): string {
  const byHand = 'Describe the picture by hand (an entry in picture_analysis of imagery.yaml)';
  // Nothing else has a take of its own to raise.
  return kind === 'reference' && formOf(entity).declaresPictures
    ? `${byHand}, or raise \`take\` of the reference to ask again.`
    : `${byHand}.`;
}

/**
 * Writes what is known of a picture beside it: the same bytes on every machine, since the times are Google's. A
 * file that already holds this is not touched, and one that is not the tool's stays.
 */
export async function writeSidecar(
  workspaceRoot: string,
  places: Places,
  planned: PlannedAnalysis,
  result: AnalyzedResult | RefusedResult,
): Promise<LaidSidecar> {
  const { target, file, asked } = planned;
  const request = requestOf(result, planned.request);
  if (request === undefined || file?.path === undefined || asked === undefined) {
    throw new Error(`${target.name} has no picture.`);
  }
  const key = asKey(planned);
  const compiler = result.answered?.compiler ?? COMPILER_VERSION;
  const common = {
    v: 1 as const,
    item: itemName(target.name, key),
    key,
    ...(places.mode === 'preview' ? { preview: true as const } : {}),
    request,
    asked: { ...asked, compiler },
    picture: {
      path: posix.relative(target.entity.root, file.path),
      sha256: file.sha256,
      mimeType: file.mimeType,
    },
    provenance: result.provenance,
  };
  const content: AnalysisFile =
    result.kind === 'analyzed'
      ? { ...common, kind: 'analyzed', analysis: result.answer }
      : {
          ...common,
          kind: 'refused',
          reason: result.reason,
          message: result.message,
          advice: refusedAdvice(target),
        };
  const { entity, sidecar } = target;
  const context = { workspaceRoot, places };
  const folder = await openEntityFolder(context, entity, sidecar);
  const laid = folder.kind === 'laid' ? await layJson(context, sidecar, content, analysisFileSchema) : folder;
  return laid.kind === 'laid' ? { kind: 'laid', file: content } : laid;
}

/** What an answer was asked for with: by this version's words, or by those of the version that paid for it. */
export function requestOf(
  { key, answered }: AnalyzedResult | RefusedResult,
  present: CanonicalRequest | undefined,
): CanonicalRequest | undefined {
  if (answered === undefined || (present !== undefined && contentKey(present) === key)) return present;
  return canonicalRequestSchema.parse(answered.request);
}

function asKey(planned: PlannedAnalysis) {
  const { state } = planned;
  if (state.kind === 'absent' || state.kind === 'blocked')
    throw new Error('A picture without a key has no analysis.');
  return state.key;
}
