import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  describeEstimate,
  estimateCost,
  findApiKey,
  modelTerms,
  parseWait,
  SYSTEM_CLOCK,
  WorkspaceLock,
  writeFileAtomic,
  type CanonicalRequest,
  type CostEstimate,
  type LockHolder,
} from 'chargen-core';
import {
  describeCheck,
  describePoint,
  isAsExpected,
  newCheck,
  PICTURE_PROMPT,
  readCheckState,
  Recorder,
  runScenario,
  type CheckState,
} from 'gemini-emulator/conformance';
import { CliError } from '../cli/cli-error.js';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { interruptible } from '../run/interruptible.js';
import { openDoor } from '../run/open-door.js';
import { environmentOf } from '../run/profile.js';
import type { Workspace } from '../workspace/open-workspace.js';

/** Small jobs were seen to end within two minutes; to know later, call again. */
const DEFAULT_WAIT = '2m';
const POLL_MS = 15_000;

export interface LiveOptions {
  readonly yes: boolean;
  readonly wait: string | undefined;
}

/**
 * Checks with the real service, through the engine's own door, that it answers as is recorded of it. Leaves while a job
 * is at work there, and goes on at the next call. One process at a time: two would each make the paid jobs.
 */
export async function checkLive(
  call: CommandCall,
  workspace: Workspace,
  options: LiveOptions,
): Promise<ExitCode> {
  const folder = join(workspace.workspaceRoot, workspace.places.stateDir, 'live-check');
  const lock = new WorkspaceLock(join(folder, '.lock'), SYSTEM_CLOCK);
  const { signal } = new AbortController();
  const onWait = ({ pid, host, since }: LockHolder): void => {
    throw new CliError(
      `Another check is at work: process ${pid} on ${host}, since ${since}. Nothing was sent. When it has ended, call ` +
        'chargen doctor --live again: it goes on with the same jobs.',
      EXIT.running,
      'lock',
    );
  };
  const request = { what: 'doctor --live', signal, until: 0, onWait };
  return lock.hold(request, () => checkAlone(call, workspace, folder, options));
}

async function checkAlone(
  { globals, io }: CommandCall,
  workspace: Workspace,
  folder: string,
  { yes, wait = DEFAULT_WAIT }: LiveOptions,
): Promise<ExitCode> {
  const waitMs = parseWait(wait);
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const recorder = new Recorder([findApiKey(env)?.key ?? '']);
  const door = await openDoor(env, 'generate', recorder.fetch);
  const file = join(folder, 'check.json');
  const begun = await readCheck(file);
  const { generationModel, analysisModel } = workspace.settings;
  if (begun === undefined) {
    const price = describeEstimate(priceOf(workspace));
    io.err(
      `This uploads a small picture to ${door.baseUrl} and makes two batch jobs of one item each: a text by ` +
        `${analysisModel}, a picture by ${generationModel}. Price: ${price}.\n`,
    );
    if (!yes) {
      if (!io.interactive || globals.json) throw new CliError('Nothing was sent: a script must add --yes.');
      if (!(await confirmed('Send it?', false))) return EXIT.done;
    }
  } else io.err(`Going on with the check of ${begun.startedAt}; no job is made a second time.\n`);
  const now = Date.now();
  const id = `${new Date(now).toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`;
  const state = await interruptible((signal) =>
    runScenario(
      {
        client: door,
        recorder,
        folder: join(folder, 'files'),
        save: (next) => writeFileAtomic(file, `${JSON.stringify(next, undefined, 2)}\n`),
        now: () => Date.now(),
        sleep: (ms) => SYSTEM_CLOCK.sleep(ms, signal),
        signal,
        pollMs: Math.min(POLL_MS, Math.max(10, waitMs)),
        waitMs,
        onPoint: (point) => {
          if (!globals.json) io.err(`${describePoint(point)[0] ?? ''}\n`);
        },
      },
      begun ?? newCheck({ id, now, textModel: analysisModel, pictureModel: generationModel }),
    ),
  );
  const text = describeCheck(state);
  const report = join(folder, 'report.txt');
  await writeFileAtomic(report, `${text}\n`);
  const exitCode = exitOf(state);
  if (globals.json) await io.out(jsonText({ exitCode, report, answers: file, ...state }));
  else await io.out(`${text}\nReport, without key or address: ${report}\nAnswers: ${file}\n`);
  return exitCode;
}

function exitOf(state: CheckState): ExitCode {
  if (!isAsExpected(state)) return EXIT.partial;
  return state.isOver ? EXIT.done : EXIT.running;
}

/** Undefined if there is none, or the last one is over. One that cannot be read may have jobs that were paid for. */
async function readCheck(file: string): Promise<CheckState | undefined> {
  const state = await readCheckState(file);
  if (state !== 'unreadable') return state;
  throw new CliError(
    `${file} cannot be read, so it is not known which jobs of a check were made. Move it away to begin anew.`,
    EXIT.uncertain,
    'live-check-state',
  );
}

function priceOf({ settings }: Workspace): CostEstimate {
  const terms = modelTerms(settings, Date.now());
  const request = (
    model: string,
    config: CanonicalRequest['request']['generationConfig'],
  ): CanonicalRequest => ({
    v: 1,
    model,
    take: 1,
    request: { contents: [{ role: 'user', parts: [{ text: PICTURE_PROMPT }] }], generationConfig: config },
  });
  const text = estimateCost(request(settings.analysisModel, { responseModalities: ['TEXT'] }), terms);
  const image = { aspectRatio: '1:1', imageSize: '1K' } as const;
  const picture = estimateCost(
    request(settings.generationModel, { responseModalities: ['IMAGE'], imageConfig: image }),
    terms,
  );
  return {
    low: text.low + picture.low,
    expected: text.expected + picture.expected,
    high: text.high + picture.high,
    unknown: text.unknown + picture.unknown,
  };
}
