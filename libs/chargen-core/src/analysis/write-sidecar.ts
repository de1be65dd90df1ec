import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Places } from '../plan/index.js';
import { itemName, type AnalysisFile } from '../recipe/index.js';
import type { AnalyzedResult, RefusedResult } from '../store/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';
import type { PlannedAnalysis } from './planner.js';
import type { AnalysisTarget } from './targets.js';

/** What a person can do about a picture that the model does not describe. */
export function refusedAdvice({ kind, entity }: AnalysisTarget): string {
  const byHand = 'Describe the picture by hand (an entry in picture_analysis of imagery.yaml)';
  // Nothing else has a take of its own to raise.
  return kind === 'reference' && entity.dialect === 'canonical'
    ? `${byHand}, or raise \`take\` of the reference to ask again.`
    : `${byHand}.`;
}

/**
 * Writes what is known of a picture beside it: the same bytes on every machine, since the times are Google's. A
 * file that says so already is not touched.
 */
export async function writeSidecar(
  workspaceRoot: string,
  places: Places,
  planned: PlannedAnalysis,
  result: AnalyzedResult | RefusedResult,
): Promise<AnalysisFile> {
  const { target, request, file } = planned;
  if (request === undefined || file?.path === undefined) throw new Error(`${target.name} has no picture.`);
  const key = asKey(planned);
  const common = {
    v: 1 as const,
    item: itemName(target.name, key),
    key,
    ...(places.mode === 'preview' ? { preview: true as const } : {}),
    request,
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
  const path = join(workspaceRoot, target.sidecar);
  const text = `${JSON.stringify(content, undefined, 2)}\n`;
  if ((await textOf(path)) !== text) await writeFileAtomic(path, text);
  return content;
}

function asKey(planned: PlannedAnalysis) {
  const { state } = planned;
  if (state.kind === 'absent' || state.kind === 'blocked')
    throw new Error('A picture without a key has no analysis.');
  return state.key;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
