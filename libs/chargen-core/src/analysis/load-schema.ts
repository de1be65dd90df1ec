import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { joinInside } from '../content/index.js';
import type { ChargenSettings } from '../plan/index.js';
import { asJson, digestJson } from '../util/canonical-json.js';
import { answerSchema } from './answer-schema.js';
import type { JsonMap } from './gemini-schema.js';

/** The workspace's own schema cannot be used. */
export class AnalysisSchemaError extends Error {
  override readonly name = 'AnalysisSchemaError';
}

export interface LoadedSchema {
  /** What is sent. */
  readonly schema: JsonMap;
  /** sha256 of the workspace's own, as data; undefined if there is none. */
  readonly own: string | undefined;
}

/** The schema that this workspace sends. Throws AnalysisSchemaError with words for people. */
export async function loadAnswerSchema(
  workspaceRoot: string,
  settings: Pick<ChargenSettings, 'analysisSchema' | 'analysisSchemaMode'>,
): Promise<LoadedSchema> {
  const { analysisSchema: path, analysisSchemaMode: mode } = settings;
  const fail = (why: string): AnalysisSchemaError =>
    new AnalysisSchemaError(
      `${path ?? 'The analysis schema'} (the plugin option analysisSchema in nx.json) cannot be used: ${why}`,
    );
  let own: unknown;
  if (path !== undefined) {
    const verdict = joinInside('', path, '');
    if (verdict.kind === 'outside') throw fail(`${verdict.why}.`);
    try {
      own = JSON.parse(await readFile(join(workspaceRoot, verdict.path), 'utf8'));
    } catch (error) {
      throw fail(error instanceof Error ? error.message : String(error));
    }
  }
  const outcome = answerSchema(own, mode);
  if (outcome.kind === 'refused') throw fail(outcome.why);
  return { schema: outcome.schema, own: own === undefined ? undefined : digestJson(asJson(own)) };
}
