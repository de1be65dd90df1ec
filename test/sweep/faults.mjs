/**
 * Every fault of the emulator, alone and in random pairs by seed. Each run ends in done, pending or a failure that
 * says why; nothing that was delivered is paid twice, nothing that was paid and delivered is lost, nothing hangs;
 * and once the faults are gone, the next run makes what is left.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from 'gemini-emulator';
import { seededRandom } from './crashes.mjs';
import { giveUp } from './give-up.mjs';
import { makeWorld, SCENES } from './world.mjs';

const core = await import(process.env.SWEEP_CORE ?? '../../libs/chargen-core/dist/bundle/index.js');

/** Longer than any of these runs takes, on a machine with much else to do too; what takes longer hangs. */
const LIMIT_MS = 200_000;

const ROUTES = [
  'files.start',
  'files.upload',
  'files.get',
  'files.delete',
  'files.download',
  'batches.create',
  'batches.list',
  'batches.get',
];
const WRECK = { key: 'chapter/storm/wreck@*' };

/** Every kind of fault that the emulator has, where it can strike. */
export function everyFault() {
  const rules = [];
  for (const route of ROUTES) {
    const at = (fault) => rules.push({ fault, match: { route } });
    for (const status of [400, 403, 404, 408, 429, 500, 503, 504]) {
      at({ kind: 'http-error', status, ...(status === 429 ? { retryDelay: '0.01s' } : {}) });
    }
    at({ kind: 'http-error', status: 503, when: 'after' });
    at({ kind: 'drop', when: 'before' });
    at({ kind: 'drop', when: 'after' });
    at({ kind: 'slow', ms: 40 });
    at({ kind: 'error-in-200' });
    at({ kind: 'not-json', status: 502 });
    at({ kind: 'not-json', status: 200 });
    at({ kind: 'cut-body', share: 0.5 });
    at({ kind: 'truncated-body', share: 0.5 });
  }
  const kinds = [
    { kind: 'model-closed' },
    { kind: 'storage-full' },
    { kind: 'queued-token-limit' },
    { kind: 'too-many-jobs' },
    { kind: 'file-processing', ms: 20 },
    { kind: 'file-failed' },
    { kind: 'late-output', polls: 2 },
    { kind: 'stuck-pending' },
    { kind: 'job-failed' },
    { kind: 'job-expired' },
    { kind: 'job-cancelled' },
    { kind: 'job-cancelled', served: 0.5 },
  ];
  for (const fault of kinds) rules.push({ fault });
  const items = [
    { kind: 'refuse', finishReason: 'IMAGE_SAFETY', shape: 'null-parts' },
    { kind: 'refuse', finishReason: 'IMAGE_RECITATION', shape: 'no-content' },
    { kind: 'refuse', finishReason: 'IMAGE_OTHER', shape: 'role-only' },
    { kind: 'prompt-blocked' },
    { kind: 'item-error', code: 8 },
    { kind: 'item-error', code: 13 },
    { kind: 'item-error', code: 3 },
    { kind: 'item-error', code: 1, message: null },
    { kind: 'max-tokens' },
    { kind: 'drafts', count: 3 },
    { kind: 'text-only' },
    { kind: 'wrong-aspect' },
    { kind: 'line-missing' },
    { kind: 'line-doubled' },
    { kind: 'line-unknown-key' },
    { kind: 'line-garbled' },
  ];
  for (const fault of items) rules.push({ fault, match: WRECK });
  return rules;
}

export async function sweepFaults({ runs, seed, log = (line) => process.stdout.write(`${line}\n`) }) {
  const random = seededRandom(seed);
  const faults = everyFault()
    .map((rule) => ({ rule, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ rule }) => rule);
  const any = () => {
    const rule = faults[Math.floor(random() * faults.length)];
    const times = [1, 2, 7, 'always'][Math.floor(random() * 4)];
    return { ...rule, skip: Math.floor(random() * 3), times };
  };
  const cases = faults.slice(0, runs).map((rule) => [rule]);
  while (cases.length < runs) cases.push([any(), any()]);
  const ends = new Map();
  const wrong = [];
  const started = Date.now();
  for (const [index, rules] of cases.entries()) {
    const result = await faultRun(rules, seed + index);
    ends.set(result.end, (ends.get(result.end) ?? 0) + 1);
    for (const what of result.wrong) {
      wrong.push(what);
      log(`WRONG case ${index} ${JSON.stringify(rules)}: ${what}`);
    }
    if ((index + 1) % 50 === 0) log(`${index + 1}/${cases.length}`);
  }
  const how = [...ends].map(([end, count]) => `${end} ${count}`).join(', ');
  const seconds = Math.round((Date.now() - started) / 1000);
  log(
    `${cases.length} runs (${Math.min(faults.length, runs)} single faults, the rest pairs), seed ${seed}: ${how}; ${wrong.length} wrong, ${seconds} s.`,
  );
  return wrong.length === 0 ? 0 : 1;
}

async function faultRun(rules, seed) {
  const emulator = await startEmulator({ seed });
  const root = await mkdtemp(join(tmpdir(), 'sweep-fault-'));
  const wrong = [];
  try {
    await makeWorld(root, 'fault');
    for (const rule of rules) emulator.faults.arm(rule);
    const first = await generate(root, emulator.url, 1500);
    if (first.kind === 'hang') return { end: 'hang', wrong: ['it hangs'] };
    const end = first.kind === 'thrown' ? 'thrown' : endOf(first.report, wrong);
    if (first.kind === 'thrown') wrong.push(`it threw ${first.message}`);
    // A picture that was delivered is never asked for again, and within one call nothing is, delivered or not.
    const twice = emulator.ledger.duplicates();
    if (twice.length > 0) wrong.push(`${twice.length} items were billed twice in one call`);
    wrong.push(...(await lost(root, 'after the first run')));
    emulator.faults.clear();
    // A job that is stuck ends after two days, and one that was lost is given up by a person.
    emulator.advanceClock(49 * 3_600_000);
    let last = first;
    for (let again = 0; again < 4 && !isDone(last); again += 1) {
      if (last.report?.stop?.kind === 'uncertain')
        await giveUp(root, emulator.url, last.report.stop.runId, 'sweep-key');
      last = await generate(root, emulator.url, 20_000);
      if (last.kind === 'hang') return { end, wrong: [...wrong, 'the next run hangs'] };
      if (last.kind === 'thrown') return { end, wrong: [...wrong, `the next run threw ${last.message}`] };
    }
    if (!isDone(last))
      wrong.push(
        `not done without faults: ${JSON.stringify(last.report?.stop)} ${JSON.stringify(last.report?.totals)}`,
      );
    const delivered = await deliveredTimes(root);
    for (const one of emulator.ledger.duplicates()) {
      if ((delivered.get(one.hash) ?? 0) > 1)
        wrong.push(`${one.hash.slice(0, 12)} was paid and delivered ${delivered.get(one.hash)} times`);
    }
    wrong.push(...(await lost(root, 'in the end')));
    return { end, wrong };
  } finally {
    await emulator.close();
    await rm(root, { recursive: true, force: true });
  }
}

function isDone({ report }) {
  if (report === undefined) return false;
  const { done, generated, reused, refused, unusable, waits } = report.totals;
  // A refusal is an answer, and so is one without a usable picture; what shows a refused picture goes on without it or is blocked by it.
  return done + generated + reused + refused + unusable === SCENES && waits === 0;
}

function endOf(report, wrong) {
  const open = report.entities
    .flatMap((one) => one.scenes)
    .filter(({ outcome }) => !['done', 'generated', 'reused', 'refused', 'unusable'].includes(outcome.kind));
  for (const { scene, outcome } of open) {
    const why =
      outcome.kind === 'failed'
        ? outcome.message
        : outcome.kind === 'waits'
          ? outcome.on.join()
          : outcome.why;
    if (typeof why !== 'string' || why === '') wrong.push(`${scene} is ${outcome.kind} and does not say why`);
  }
  if (open.length === 0) return 'done';
  return report.stop?.kind ?? (report.totals.failed > 0 ? 'failed' : 'open');
}

async function generate(root, baseUrl, waitMs) {
  const world = new core.ContentReader(root).load(
    await core.findImageryFiles(root, 'content'),
    'content/style.yaml',
  );
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'hang' }), LIMIT_MS);
  });
  const work = core
    .generatePictures({
      workspaceRoot: root,
      world,
      roots: world.entities.map((one) => one.folder.root),
      settings: { ...core.DEFAULT_SETTINGS, workspaceId: 'sweep' },
      places: core.REAL_PLACES,
      control: { pollInterval: 3, settleMs: 10, retryPause: 1, waitMs, submit: true, maxCost: undefined },
      openDoor: () => core.openGemini({ apiKey: 'sweep-key', baseUrl }),
      listener: () => undefined,
      onEntity: () => undefined,
      onPlan: () => undefined,
      signal: new AbortController().signal,
      clock: core.SYSTEM_CLOCK,
    })
    .then((report) => ({ kind: 'report', report }))
    .catch((error) => ({ kind: 'thrown', message: error.stack }));
  const ended = await Promise.race([work, limit]);
  clearTimeout(timer);
  return ended;
}

async function* resultLines(root) {
  const batch = join(root, '.chargen', 'batch');
  for (const run of await readdir(batch).catch(() => [])) {
    for (const name of await readdir(join(batch, run)).catch(() => [])) {
      if (!/^results-\d+\.jsonl$/.test(name)) continue;
      for (const line of (await readFile(join(batch, run, name), 'utf8')).split('\n')) {
        try {
          const { key, response } = JSON.parse(line);
          const hash = /@sha256:([0-9a-f]{64})$/.exec(key)?.[1];
          if (hash !== undefined && response !== undefined) yield { hash, file: `${run}/${name}`, line };
        } catch {
          // A line that is no JSON was delivered to nobody.
        }
      }
    }
  }
}

/** How many jobs brought an answer to each key. */
async function deliveredTimes(root) {
  const files = new Map();
  for await (const { hash, file } of resultLines(root))
    files.set(hash, (files.get(hash) ?? new Set()).add(file));
  return new Map([...files].map(([hash, of]) => [hash, of.size]));
}

/** Answers that came and are not in the store. A run that was stopped in the middle has not got so far. */
async function lost(root, when) {
  const store = new core.ResultStore(join(root, '.chargen', 'store'));
  const wrong = [];
  for await (const { hash } of resultLines(root)) {
    if ((await store.find(hash)) === undefined)
      wrong.push(`${hash.slice(0, 12)} was delivered and is not in the store ${when}`);
  }
  return wrong;
}
