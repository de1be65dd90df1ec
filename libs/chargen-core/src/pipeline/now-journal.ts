import { GeminiError, isCertainlyNotBilled, type GeminiDoor } from '../gemini/index.js';
import { estimateCost, FULL_PRICE, inputTokens, type PlannedScene, type RequestFile } from '../plan/index.js';
import { itemName, type CanonicalRequest, type ContentKey } from '../recipe/index.js';
import { countOutcomes, entityVerdict, type Outcome, type RunReport } from '../report/outcome.js';
import {
  failureAdvice,
  STATE_VERSION,
  SYNCHRONOUS,
  type ItemFailure,
  type Job,
  type RunDirectory,
  type RunPhase,
} from '../run/index.js';
import type { Clock } from '../util/clock.js';
import type { SceneContext } from './plan-scene.js';

export interface NowJournalOptions extends Pick<SceneContext, 'settings' | 'places'> {
  readonly directory: RunDirectory;
  readonly door: Pick<GeminiDoor, 'keyFingerprint'>;
  readonly planned: PlannedScene;
  readonly key: ContentKey;
  readonly request: CanonicalRequest;
  readonly clock: Clock;
}

/**
 * A synchronous request as a run of its own. It is on the disk before the request leaves and its answer before
 * anything looks into it: what a killed process left is taken up by the next run like the results of a job, and a
 * full disk is found before anything is paid.
 */
export class NowJournal {
  readonly #options: NowJournalOptions;
  readonly #startedAt: number;

  constructor(options: NowJournalOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  async begin(): Promise<void> {
    const { directory, planned, key, request } = this.#options;
    const estimate = estimateCost(request, FULL_PRICE);
    const item = {
      name: itemName(planned.name, key),
      key,
      request,
      files: planned.files.map(fileOfPlan),
      estimatedUsd: estimate.unknown > 0 ? null : estimate.expected,
    };
    // First as a run that has asked for nothing: one that dies before its request leaves is over for the next run.
    await this.#write('planned', undefined);
    await directory.writePlan({ v: STATE_VERSION, runId: directory.runId, items: [item] });
    await this.#write('submitted', { stage: 'submitted' });
  }

  /** Keeps the answer as the line of a result file. */
  async answered(raw: unknown): Promise<void> {
    const { directory, planned, key } = this.#options;
    const line = JSON.stringify({ key: itemName(planned.name, key), response: raw });
    await directory.write(directory.resultsPath(1), `${line}\n`);
    await this.#write('applying', { stage: 'submitted' });
  }

  /** No answer came: a refusal of the request was not billed, and of all else nobody knows. */
  async unanswered(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    if (wasRefused(error)) {
      await this.#write('failed', { stage: 'rejected', why: message });
      return;
    }
    const { planned, key } = this.#options;
    const failure: ItemFailure = {
      key,
      item: itemName(planned.name, key),
      class: 'missing-answer',
      message,
      advice: failureAdvice('missing-answer'),
      attempts: 1,
    };
    await this.#write('failed', { stage: 'collected', why: message }, [failure]);
  }

  async end(outcome: Outcome, costUsd: number | null, picture: string | undefined): Promise<void> {
    const { directory } = this.#options;
    await this.#write(outcome.kind === 'failed' ? 'failed' : 'completed', { stage: 'collected' });
    const report = this.#report(outcome, costUsd, picture);
    await directory.write(directory.reportPath, `${JSON.stringify(report, undefined, 2)}\n`);
  }

  async #write(
    phase: RunPhase,
    job: Pick<Job, 'stage' | 'why'> | undefined,
    failures: readonly ItemFailure[] = [],
  ): Promise<void> {
    const { directory, door, planned, key, request, settings, clock } = this.#options;
    await directory.writeState({
      v: STATE_VERSION,
      runId: directory.runId,
      workspaceId: settings.workspaceId,
      kind: 'generate',
      keyFingerprint: door.keyFingerprint,
      phase,
      createdAt: new Date(this.#startedAt).toISOString(),
      updatedAt: new Date(clock.now()).toISOString(),
      jobs:
        job === undefined
          ? []
          : [
              {
                n: 1,
                displayName: SYNCHRONOUS,
                model: planned.model,
                keys: [key],
                foreign: false,
                uploads: [],
                tokens: inputTokens(request),
                costHigh: estimateCost(request, FULL_PRICE).high,
                why: 'one synchronous request at full price',
                ...job,
              },
            ],
      failures: [...failures],
    });
  }

  #report(outcome: Outcome, costUsd: number | null, picture: string | undefined): RunReport {
    const { directory, planned, request, settings, places, clock } = this.#options;
    const { entity, scene, name, key } = planned;
    const told = { scene: name, title: scene.title, key, picture, outcome };
    return {
      v: 1,
      target: 'generate',
      mode: places.mode,
      runId: directory.runId,
      startedAt: new Date(this.#startedAt).toISOString(),
      durationMs: clock.now() - this.#startedAt,
      totals: countOutcomes([told]),
      entities: [
        {
          root: entity.root,
          file: entity.file,
          id: `${entity.type}/${entity.slug}`,
          scenes: [told],
          diagnostics: [],
          verdict: entityVerdict([told], [], settings.failOnRefusal),
        },
      ],
      estimate: estimateCost(request, FULL_PRICE),
      costUsd,
      stop: undefined,
      stopMessage: undefined,
    };
  }
}

/** A 4xx says that nothing was done; 408 and 499 say only that somebody stopped waiting. */
function wasRefused(error: unknown): boolean {
  return error instanceof GeminiError && isCertainlyNotBilled(error.info);
}

function fileOfPlan({ name, role, sha256, mimeType, extension, path }: RequestFile) {
  return { name, role, sha256, mimeType, extension, ...(path === undefined ? {} : { path }) };
}
