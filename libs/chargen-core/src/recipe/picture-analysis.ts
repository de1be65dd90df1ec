import { z } from 'zod';
import { provenanceSchema, type AnalyzedResult, type RefusedResult } from '../store/stored-result.js';
import { analysisAnswerSchema, type AnalysisAnswer } from './analysis-answer.js';
import { readSidecar, sidecarHead, type RecipeAsked, type SidecarOutcome } from './recipe.js';

/**
 * What is known of a picture. A workspace's own schema may ask for less than the built-in one, so anything may be
 * missing; what it asks beyond it is in `more`.
 */
export type PictureAnalysis = { readonly [K in keyof AnalysisAnswer]?: AnalysisAnswer[K] | undefined } & {
  readonly more: Readonly<Record<string, unknown>>;
};

/** Sorts an answer into what the engine knows and what only the workspace does. Validated before. */
export function typeAnswer(answer: Readonly<Record<string, unknown>>): PictureAnalysis {
  const known: Record<string, unknown> = {};
  const more: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(answer)) {
    const shape = isField(field) ? analysisAnswerSchema.shape[field].safeParse(value) : undefined;
    // A workspace may give a field of ours another shape: it is the workspace's then.
    if (shape?.success === true) known[field] = shape.data;
    else more[field] = value;
  }
  return { ...analysisAnswerSchema.partial().parse(known), more };
}

function isField(field: string): field is keyof AnalysisAnswer {
  return Object.hasOwn(analysisAnswerSchema.shape, field);
}

const common = {
  ...sidecarHead,
  /** The path is relative to the entity's folder. */
  picture: z.object({ path: z.string(), sha256: z.string(), mimeType: z.string() }),
  provenance: provenanceSchema,
};

/** What analysis found in a picture, or why it found nothing; kept beside it as `<picture>.analysis.json`. */
export const analysisFileSchema = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ ...common, kind: z.literal('analyzed'), analysis: z.record(z.string(), z.unknown()) }),
    z.object({
      ...common,
      kind: z.literal('refused'),
      reason: z.string(),
      message: z.string(),
      advice: z.string(),
    }),
  ]),
);
export type AnalysisFile = z.infer<typeof analysisFileSchema>;

/** Stands in imagery.yaml for what people asked for with an analysis: enough to see whether it is the same. */
export function askedMark({ digest }: Pick<RecipeAsked, 'digest'>): string {
  return digest.slice(0, 12);
}

/** What the store keeps of an analysis, as far as its file states. */
export function resultOfAnalysis(file: AnalysisFile): AnalyzedResult | RefusedResult {
  const { key, provenance } = file;
  return file.kind === 'analyzed'
    ? { v: 1, kind: 'analyzed', key, answer: file.analysis, ...answeredIn(file), provenance }
    : {
        v: 1,
        kind: 'refused',
        key,
        reason: file.reason,
        message: file.message,
        ...answeredIn(file),
        provenance,
      };
}

function answeredIn({ asked, request, picture }: AnalysisFile): Pick<AnalyzedResult, 'answered'> {
  if (asked === undefined) return {};
  const { digest, compiler } = asked;
  return { answered: { digest, compiler, pictures: [picture.sha256], request } };
}

export function readAnalysisFile(path: string): Promise<SidecarOutcome<AnalysisFile>> {
  return readSidecar(path, analysisFileSchema);
}
