import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entity, Scene } from '../content/index.js';
import { isTerminal, type GeminiDoor } from '../gemini/index.js';
import { inspectPicture } from '../picture/index.js';
import {
  actualCost,
  billedSize,
  estimateCost,
  FULL_PRICE,
  FoundPictures,
  Planner,
  type CostEstimate,
  type PlannedScene,
} from '../plan/index.js';
import type { NotLaid } from '../record/lay-file.js';
import { layPicture, layRefusal, type RecordContext } from '../record/lay-picture.js';
import { whyNotLayable } from '../record/picture-folder.js';
import { writeRecord } from '../record/write-record.js';
import { notLaidOutcome } from '../report/not-laid.js';
import type { Outcome } from '../report/outcome.js';
import {
  isOpen,
  newRunId,
  parseJobName,
  PastAnswers,
  readResponse,
  refusalAdvice,
  RunDirectories,
  SYNCHRONOUS,
  WorkspaceLock,
  type Answer,
  type AnswerFacts,
} from '../run/index.js';
import type { Provenance, ResultStore, StoredResult } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import { sha256Hex } from '../util/digest.js';
import { unreachable } from '../util/unreachable.js';
import { NowJournal } from './now-journal.js';
import { describeState } from './plan-item.js';
import { digestsOf, type SceneContext } from './plan-scene.js';

/** A request with its pictures inside may have 20 MB; base64 takes a third more than the bytes. */
const MAX_INLINE_BYTES = 14_000_000;

/** A job that Google has had for longer than that is over there, whatever its state says. */
const JOB_LIFE_MS = 49 * 3_600_000;

/** What cannot be stopped without losing what is paid for. */
const NEVER = new AbortController().signal;
const PAID_FOR =
  'Google has the request, and it is paid for: waiting for its picture, so that it is not lost. Ctrl-C again gives it up.';

export interface NowOptions extends SceneContext {
  readonly store: ResultStore;
  readonly openDoor: () => Promise<GeminiDoor>;
  /** US dollars; undefined for no limit. */
  readonly maxCost: number | undefined;
  /** Asked before anything is sent, with what it will cost. */
  readonly confirm: (cost: CostEstimate) => Promise<boolean>;
  readonly onWait: (message: string) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export type NowOutcome =
  /** Nothing was asked: the scene has its picture. */
  | { readonly kind: 'done'; readonly path: string }
  | { readonly kind: 'reused'; readonly path: string; readonly warnings: readonly string[] }
  | {
      readonly kind: 'generated';
      readonly path: string;
      readonly runId: string;
      readonly costUsd: number | null;
      readonly drafts: number;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly message: string;
      readonly advice: string;
      readonly costUsd: number | null;
    }
  /** Google answered with something that is no answer. */
  | { readonly kind: 'failed'; readonly message: string }
  /** It is in the store; in its folder an author's file stays, or the folder is not there any more. */
  | {
      readonly kind: 'not-laid';
      readonly class: 'edited' | 'moved';
      readonly message: string;
      readonly advice: string;
      /** Null also if nothing was paid now. */
      readonly costUsd: number | null;
    }
  /** It cannot be asked for now, and why. */
  | {
      readonly kind: 'not-now';
      readonly state: PlannedScene['state']['kind'] | 'in-flight' | 'lfs-pointer' | 'not-writable';
      readonly why: string;
    }
  | { readonly kind: 'over-budget'; readonly cost: CostEstimate; readonly cap: number }
  | { readonly kind: 'declined' };

/**
 * Makes one picture at once, by one synchronous request at full price. Its key, its place in the store and its
 * recipe are those of a batch, so that no run pays for it again. Rejects with GeminiError where Google cannot be
 * used.
 */
export async function generateNow(options: NowOptions, entity: Entity, scene: Scene): Promise<NowOutcome> {
  const { workspaceRoot, places, clock, signal } = options;
  const lock = new WorkspaceLock(join(workspaceRoot, places.stateDir, 'batch', '.lock'), clock);
  return lock.hold(
    {
      what: 'now',
      signal,
      until: Number.POSITIVE_INFINITY,
      onWait: (holder) => {
        options.onWait(
          `Waiting for the process ${String(holder.pid)} on ${holder.host} (${holder.what} since ${holder.since}).`,
        );
      },
    },
    async () => {
      const now = new Now(options);
      try {
        return await now.run(entity, scene);
      } finally {
        await now.settle();
      }
    },
  );
}

class Now {
  readonly #options: NowOptions;
  readonly #runs: RunDirectories;
  readonly #past: PastAnswers;

  constructor(options: NowOptions) {
    this.#options = options;
    const batchFolder = join(options.workspaceRoot, options.places.stateDir, 'batch');
    this.#runs = new RunDirectories(batchFolder);
    this.#past = new PastAnswers({
      batchFolder,
      kind: 'generate',
      store: options.store,
      readText: () => ({ kind: 'rejected', why: 'a picture was asked for' }),
      listener: (event) => {
        if (event.kind === 'warning') options.onWait(event.message);
      },
    });
  }

  async run(entity: Entity, scene: Scene): Promise<NowOutcome> {
    const { store, maxCost } = this.#options;
    const digests = await digestsOf(this.#options);
    const { workspaceRoot, places } = this.#options;
    const record: RecordContext = { workspaceRoot, places, store, digests };
    const found = new FoundPictures(this.#options.world, places, digests);
    const planned = await new Planner({ ...this.#options, digests, found }).plan(entity, scene);
    const { state, request } = planned;
    switch (state.kind) {
      case 'done':
        return { kind: 'done', path: picturePath(planned, state.recipe.picture.file) };
      case 'reused': {
        const laid = await layPicture(record, planned, state.result, state.from);
        if (laid.kind !== 'laid') return notLaid(laid, null);
        await writeRecord(workspaceRoot, entity, { prompts: this.#options.settings.recordPrompts });
        return { kind: 'reused', path: laid.path, warnings: laid.warnings };
      }
      case 'locked':
      case 'waits':
      case 'blocked':
      case 'edited':
      case 'refused':
        return { kind: 'not-now', state: state.kind, why: describeState(planned) };
      case 'pending':
        break;
      default:
        return unreachable(state);
    }
    if (request === undefined) throw new Error(`The pending scene ${planned.name} has no request.`);
    const pointer = planned.files.find((file) => file.pointer);
    if (pointer !== undefined) {
      const why = `${pointer.path ?? pointer.name} is only a Git LFS pointer. Fetch it: git lfs pull --include="${pointer.path ?? ''}"`;
      return { kind: 'not-now', state: 'lfs-pointer', why };
    }
    const unlayable = await whyNotLayable(record, planned);
    if (unlayable?.kind === 'moved') return notLaid(unlayable, null);
    if (unlayable !== undefined) return { kind: 'not-now', state: 'not-writable', why: unlayable.message };
    if ((await this.#past.bring([state.key])) > 0) return this.run(entity, scene);
    if ((await store.bring([{ key: state.key, asked: planned.asked }])) > 0) return this.run(entity, scene);
    const inFlight = (why: string): NowOutcome => ({ kind: 'not-now', state: 'in-flight', why });
    const running = await this.#runWith(state.key);
    if (running !== undefined) return inFlight(running);
    const cost = estimateCost(request, FULL_PRICE);
    if (maxCost !== undefined && (cost.high > maxCost || cost.unknown > 0)) {
      return { kind: 'over-budget', cost, cap: maxCost };
    }
    const door = await this.#options.openDoor();
    const elsewhere = await this.#elsewhere(door, state.key);
    if (elsewhere !== undefined) return inFlight(elsewhere);
    if (!(await this.#options.confirm(cost))) return { kind: 'declined' };
    return this.#ask(door, record, planned);
  }

  /** Gives the shared store what came, and back what was claimed in vain. */
  async settle(): Promise<void> {
    await this.#options.store.settle(new Set());
  }

  /** In words: a run of this machine in which the key is at Google, or may be. */
  async #runWith(key: string): Promise<string | undefined> {
    for (const id of await this.#runs.list()) {
      const state = await this.#runs.directory(id).readState();
      const job = state?.jobs.find((one) => isOpen(one) && one.keys.includes(key));
      if (job === undefined) continue;
      return job.displayName === SYNCHRONOUS
        ? `It was asked for at once before, in run ${id}, which died; its picture may be there and paid for. Take it up with: chargen collect`
        : `Google works on it already, in run ${id}; asked now it would be paid twice. Collect it with: chargen collect`;
    }
    return undefined;
  }

  /** In words: another machine that may be having this very picture made. */
  async #elsewhere(door: GeminiDoor, key: string): Promise<string | undefined> {
    const { settings, signal, clock } = this.#options;
    const known = new Set<string>();
    for (const id of await this.#runs.list()) {
      const jobs = (await this.#runs.directory(id).readState())?.jobs ?? [];
      for (const job of jobs) if (!job.foreign) known.add(job.displayName);
    }
    for await (const { name, displayName, state, createdAt } of door.listBatches(signal)) {
      if (clock.now() - Date.parse(createdAt ?? '') > JOB_LIFE_MS) continue;
      if (isTerminal(state) || known.has(displayName)) continue;
      if (parseJobName(displayName, settings.workspaceId)?.kind !== 'generate') continue;
      return `Another machine has the job ${name} of this workspace at Google, which may hold it; asked now it might be paid twice. Collect it with: npx nx run-many -t generate`;
    }
    const [holder] = (await this.#options.store.claim([key])).values();
    if (holder === undefined) return undefined;
    return `${holder.label} is having it made; asked now it would be paid twice. CHARGEN_CLAIMS=ignore pays beside it`;
  }

  async #ask(door: GeminiDoor, record: RecordContext, planned: PlannedScene): Promise<NowOutcome> {
    const { key, request, model } = planned;
    if (key === undefined || request === undefined) throw new Error(`${planned.name} has no request.`);
    const { clock, signal } = this.#options;
    const { body, uploads } = await this.#wire(door, planned);
    const runId = newRunId(clock.now(), randomBytes(3).toString('hex'));
    const directory = this.#runs.directory(runId);
    const journal = new NowJournal({ ...this.#options, directory, door, planned, key, request });
    try {
      signal.throwIfAborted();
      await journal.begin();
      const raw = await this.#answer(door, model, body).catch(async (error: unknown) => {
        await journal.unanswered(error);
        throw error;
      });
      await journal.answered(raw);
      const outcome = await this.#keep(record, planned, runId, readResponse(raw));
      const cost = 'costUsd' in outcome ? outcome.costUsd : null;
      const picture = outcome.kind === 'generated' ? outcome.path : undefined;
      await journal.end(toldOutcome(outcome), cost, picture);
      return outcome;
    } finally {
      for (const name of uploads) await door.deleteFile(name, signal).catch(() => false);
    }
  }

  /** A request that has left is paid for, so Ctrl-C does not throw its answer away. */
  async #answer(door: GeminiDoor, model: string, body: Record<string, unknown>): Promise<unknown> {
    const { signal, onWait } = this.#options;
    const tell = (): void => {
      onWait(PAID_FOR);
    };
    signal.addEventListener('abort', tell, { once: true });
    try {
      return await door.generateNow(model, body, NEVER);
    } finally {
      signal.removeEventListener('abort', tell);
    }
  }

  /** The request as Gemini takes it, pictures inside where they fit, else uploaded. */
  async #wire(
    door: GeminiDoor,
    planned: PlannedScene,
  ): Promise<{ readonly body: Record<string, unknown>; readonly uploads: readonly string[] }> {
    const { request } = planned;
    if (request === undefined) throw new Error(`${planned.name} has no request.`);
    const { workspaceRoot, settings, signal, store } = this.#options;
    const uploads: string[] = [];
    const parts = new Map<string, Record<string, unknown>>();
    let inline = 0;
    for (const file of planned.files) {
      const path = file.path === undefined ? store.picturePath(file) : join(workspaceRoot, file.path);
      const bytes = await readFile(path);
      // Hashed when it was planned: what is sent must be that, or the key would lie.
      if (sha256Hex(bytes) !== file.sha256) {
        throw new Error(`The reference ${file.path ?? path} changed just now. Run the command again.`);
      }
      inline += bytes.byteLength;
      if (inline <= MAX_INLINE_BYTES) {
        parts.set(file.sha256, { inlineData: { mimeType: file.mimeType, data: bytes.toString('base64') } });
        continue;
      }
      const displayName = `chargen/${settings.workspaceId}/${file.sha256.slice(0, 16)}`;
      const uploaded = await door.uploadFile({ path, mimeType: file.mimeType, displayName }, signal);
      uploads.push(uploaded.name);
      parts.set(file.sha256, { fileData: { fileUri: uploaded.uri, mimeType: file.mimeType } });
    }
    const { contents, ...rest } = request.request;
    const body = {
      ...rest,
      contents: contents.map((content) => ({
        role: content.role,
        parts: content.parts.map((part) =>
          'text' in part ? { text: part.text } : parts.get(part.file.sha256),
        ),
      })),
    };
    return { body, uploads };
  }

  async #keep(
    record: RecordContext,
    planned: PlannedScene,
    runId: string,
    answer: Answer,
  ): Promise<NowOutcome> {
    const { store } = this.#options;
    const { key } = planned;
    if (key === undefined) throw new Error(`${planned.name} has no key.`);
    const refuse = async (reason: string, message: string, provenance: Provenance): Promise<NowOutcome> => {
      const result = { v: 1, kind: 'refused', key, reason, message, provenance } satisfies StoredResult;
      await store.keep(result);
      const advice = refusalAdvice(reason);
      await layRefusal(record, planned, result, advice);
      return { kind: 'refused', reason, message, advice, costUsd: provenance.costUsd };
    };
    switch (answer.kind) {
      case 'picture': {
        const bytes = Buffer.from(answer.base64, 'base64');
        const verdict = inspectPicture(bytes);
        const pictures = answer.drafts + 1;
        if (verdict.kind !== 'whole') {
          const why = verdict.kind === 'broken' ? verdict.why : 'its format is not known';
          const provenance = this.#provenance(planned, runId, answer.facts, pictures, undefined);
          return refuse('BROKEN_PICTURE', `The picture came damaged: ${why}.`, provenance);
        }
        const { mimeType, extension, width, height } = verdict;
        const sha256 = sha256Hex(bytes);
        const provenance = this.#provenance(planned, runId, answer.facts, pictures, verdict);
        const result = {
          v: 1,
          kind: 'generated',
          key,
          picture: { sha256, bytes: bytes.byteLength, mimeType, extension, width, height },
          drafts: answer.drafts,
          provenance,
        } satisfies StoredResult;
        await store.keep(result, bytes);
        const { costUsd } = provenance;
        const laid = await layPicture(record, planned, result);
        if (laid.kind !== 'laid') return notLaid(laid, costUsd);
        await writeRecord(this.#options.workspaceRoot, planned.entity, {
          prompts: this.#options.settings.recordPrompts,
        });
        const { path, warnings } = laid;
        return { kind: 'generated', path, warnings, runId, costUsd, drafts: answer.drafts };
      }
      case 'text':
        return refuse(
          'TEXT_ONLY',
          answer.text.slice(0, 2000),
          this.#provenance(planned, runId, answer.facts, 0, undefined),
        );
      case 'refusal':
        return refuse(
          answer.reason,
          answer.message,
          this.#provenance(planned, runId, answer.facts, 0, undefined),
        );
      case 'error':
        return {
          kind: 'failed',
          message: `Google answered with error ${String(answer.code)}: ${answer.message}`,
        };
      case 'unreadable':
        return {
          kind: 'failed',
          message: `The answer has a form that is not known (${answer.why}); it is kept in the folder of the run ${runId}.`,
        };
      default:
        return unreachable(answer);
    }
  }

  #provenance(
    { model }: PlannedScene,
    runId: string,
    facts: AnswerFacts,
    pictures: number,
    size: { readonly width: number; readonly height: number } | undefined,
  ): Provenance {
    const imageSize = size === undefined ? '1K' : billedSize(size.width, size.height);
    return {
      model,
      ...(facts.modelVersion === undefined ? {} : { modelVersion: facts.modelVersion }),
      ...(facts.responseId === undefined ? {} : { responseId: facts.responseId }),
      run: runId,
      job: 'now',
      finishedAt: new Date(this.#options.clock.now()).toISOString(),
      ...(facts.usage === undefined ? {} : { usage: facts.usage }),
      costUsd: actualCost({ model, usage: facts.usage, pictures, imageSize }, FULL_PRICE),
    };
  }
}

function notLaid(laid: NotLaid, costUsd: number | null): NowOutcome {
  const { message, advice } = notLaidOutcome(laid, 'picture');
  return { kind: 'not-laid', class: laid.kind === 'moved' ? 'moved' : 'edited', message, advice, costUsd };
}

/** In the words of reports; only what comes after an answer is journalled. */
function toldOutcome(outcome: NowOutcome): Outcome {
  switch (outcome.kind) {
    case 'generated':
      return {
        kind: 'generated',
        costUsd: outcome.costUsd,
        run: outcome.runId,
        warnings: outcome.warnings,
      };
    case 'refused':
      return { kind: 'refused', reason: outcome.reason, message: outcome.message, advice: outcome.advice };
    case 'failed':
      return {
        kind: 'failed',
        class: 'unreadable-answer',
        message: outcome.message,
        advice: 'Run the same command again, or let a batch make it.',
      };
    case 'not-laid':
      return { kind: 'failed', class: outcome.class, message: outcome.message, advice: outcome.advice };
    case 'reused':
      return { kind: 'reused', warnings: outcome.warnings };
    case 'done':
      return { kind: 'done' };
    case 'not-now':
    case 'over-budget':
    case 'declined':
      return { kind: 'pending', why: outcome.kind, retryable: true };
    default:
      return unreachable(outcome);
  }
}

function picturePath(planned: PlannedScene, file: string): string {
  return `${planned.entity.root}/images/${file}`;
}
