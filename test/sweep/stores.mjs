/**
 * Two or three machines that start at the same moment, with one shared store that has a bad moment: each backend with
 * each fault, with one API key and with a key each. The machines are calls of the engine in this process, each in a
 * workspace of its own; one that is killed answers nothing from then on and never comes back.
 *
 * If the store is required, each key must have been billed once. If it is optional, the number that the machines warned
 * of must not be below the number that was paid for twice.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from 'gemini-emulator';
import { BACKENDS } from './store-backends.mjs';
import { KEYS, makeWorld, SCENES } from './world.mjs';

const core = await import('../../libs/chargen-core/dist/bundle/index.js');

const HOUR = 3_600_000;
const FAULTS = [
  'none',
  'killed',
  'restarted',
  'slow',
  'answers lost',
  'full',
  'token wrong',
  'token read-only',
  'clock two minutes off',
  'machine killed before the create',
  'machine killed while it uploads',
  'machine killed after the create',
];

/**
 * Each fault over each backend in turn, so that any number of rounds is spread over all. Two more turns have the other
 * keys, and every third one an optional store: six have everything.
 */
export async function sweepStores({ rounds, seed }) {
  const backends = BACKENDS.filter(({ skipped }) => skipped === undefined);
  for (const { name, skipped } of BACKENDS)
    if (skipped) process.stdout.write(`Without ${name}: ${skipped}\n`);
  const played = [];
  for (let n = 0; n < rounds; n += 1) {
    const at = n + seed;
    const fault = Math.floor(at / backends.length) % FAULTS.length;
    const turn = Math.floor(at / (backends.length * FAULTS.length));
    const round = {
      at,
      backend: backends[at % backends.length],
      fault: FAULTS[fault],
      isRequired: turn % 3 !== 2,
      machines: randomOf(at + 7)() < 0.5 ? 3 : 2,
      hasOneKey: (at + fault + turn) % 2 === 0,
      random: randomOf(at),
    };
    played.push({ ...round, ...(await playRound(round)) });
    if (played.length % 20 === 0) process.stderr.write(`${played.length}/${rounds}\n`);
  }
  const kindOf = ({ backend, isRequired }) => `${backend.name}, ${isRequired ? 'required' : 'optional'}`;
  printTable('store', played, kindOf);
  printTable('fault', played, ({ fault }) => fault);
  printTable('keys and machines', played, (one) => `${keysOf(one)}, ${one.machines} machines`);
  const wrong = played.flatMap((one) =>
    one.faults.map(
      (what) =>
        `${kindOf(one)}, ${one.fault}, ${one.machines} machines, ${keysOf(one)} (seed ${one.at}): ${what}`,
    ),
  );
  for (const what of wrong) process.stdout.write(`WRONG ${what}\n`);
  process.stdout.write(`${rounds} rounds, ${wrong.length} wrong.\n`);
  return wrong.length === 0 ? 0 : 1;
}

function keysOf({ hasOneKey }) {
  return hasOneKey ? 'one key' : 'a key each';
}

/** `met`: the rounds in which a machine noticed the fault, which may come when all is over. */
function printTable(title, played, kindOf) {
  const rows = new Map();
  for (const one of played) rows.set(kindOf(one), [...(rows.get(kindOf(one)) ?? []), one]);
  const line = (...cells) =>
    process.stdout.write(
      `${cells.map((cell, n) => (n === 0 ? String(cell).padEnd(44) : String(cell).padStart(9))).join('')}\n`,
    );
  line(title, 'rounds', 'met', 'billed', 'distinct', 'warned');
  for (const [name, of] of [...rows].sort()) {
    const sum = (field) => of.reduce((total, one) => total + Number(one[field]), 0);
    line(name, of.length, sum('isMet'), sum('billed'), sum('distinct'), sum('warned'));
  }
  process.stdout.write('\n');
}

/** On a busy computer a run is over before its job is: the next one goes on. */
const PASSES = 12;

/** Each machine in turn: what one is still waiting for may be what another one has to offer. */
async function untilDone(machines, passes) {
  const all = [];
  for (let pass = 0; pass < passes; pass += 1) {
    const runs = [];
    for (const machine of machines) runs.push(await machine.run({ waitMs: 400 }));
    all.push(...runs);
    if (runs.every(hasAll)) break;
  }
  return all;
}

function hasAll({ report }) {
  const { done = 0, generated = 0, reused = 0 } = report?.totals ?? {};
  return done + generated + reused === SCENES;
}

/** With keys of their own the others can never collect what a machine that never comes back has asked for. */
function canEnd({ fault, hasOneKey }) {
  return fault !== 'machine killed after the create' || hasOneKey;
}

async function playRound(round) {
  const folder = await mkdtemp(join(tmpdir(), 'sweep-stores-'));
  const emulator = await startEmulator({ seed: round.at, jobDuration: 60 });
  const clock = { ahead: 0 };
  const backend = await round.backend.start(folder, () => Date.now() + clock.ahead);
  try {
    const machines = [];
    for (let n = 0; n < round.machines; n += 1) {
      machines.push(new Machine({ n, folder, emulator, backend, round, clock }));
    }
    for (const machine of machines) await makeWorld(machine.root, `store ${round.at}`);
    const trouble = new Trouble(round, backend);
    for (const machine of machines) machine.trouble = trouble;
    const first = await Promise.all(machines.map((machine) => machine.run({ waitMs: 700 })));
    await trouble.end();
    await backend.up();
    const living = machines.filter((one) => !one.isKilled);
    for (const machine of living) machine.heal();
    const isDeadWithoutJob = ['machine killed before the create', 'machine killed while it uploads'].includes(
      round.fault,
    );
    const later = await untilDone(living, isDeadWithoutJob || !canEnd(round) ? 1 : PASSES);
    if (isDeadWithoutJob) {
      // Nothing was sent: the claims of the dead machine end.
      clock.ahead = 51 * HOUR;
      // Google's clock too: else every upload seems to have expired there.
      emulator.advanceClock(clock.ahead);
      later.push(...(await untilDone(living, PASSES)));
    }
    const isMet = machines.some((machine) => machine.isMet);
    return { ...judge(round, emulator, [...first, ...later], later.slice(-living.length)), isMet };
  } finally {
    await backend.remove();
    await emulator.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function judge(round, emulator, all, last) {
  const billed = emulator.ledger.billed().length;
  const distinct = new Set(emulator.ledger.billed().map(({ key }) => key?.split('@sha256:')[1])).size;
  const twice = billed - distinct;
  const warned = all.reduce((sum, one) => sum + (one?.report?.sharing?.unclaimed?.items ?? 0), 0);
  const faults = all.flatMap((one) => (one?.error === undefined ? [] : [one.error]));
  if (round.isRequired && twice > 0) faults.push(`${twice} of ${billed} were billed twice`);
  if (twice > warned) faults.push(`${twice} were billed twice, and ${warned} warned of`);
  if (canEnd(round) && distinct !== KEYS) faults.push(`${distinct} keys were billed, not ${KEYS}`);
  for (const one of canEnd(round) ? last : []) {
    if (hasAll(one)) continue;
    const { totals, stopMessage } = one.report ?? {};
    faults.push(`a machine ended without its pictures: ${JSON.stringify(totals)} ${stopMessage}`);
  }
  return { billed, distinct, warned, faults };
}

/** One machine: a workspace, an API key, and its own line to the shared store. */
class Machine {
  isKilled = false;
  /** @type {Trouble | undefined} */
  trouble;
  /** Whether its fault, or that of the server, came before all was over. */
  isMet = false;
  #isIll = true;
  #isHealedStore = false;

  constructor(of) {
    this.of = of;
    this.root = join(of.folder, `machine-${of.n}`);
    this.killed = new Promise((resolve) => {
      this.die = () => {
        this.isKilled = true;
        this.isMet = true;
        resolve({ report: undefined });
      };
    });
    this.store = this.#line(this.#open());
  }

  /** The fault of this machine, or of its line, is over. */
  heal() {
    this.#isIll = false;
    if (!this.#isHealedStore) this.store = this.#line(this.#open());
    this.#isHealedStore = true;
  }

  get #ownFault() {
    return this.#isIll && this.of.n === 0 ? this.of.round.fault : 'none';
  }

  #open() {
    const { backend, clock } = this.of;
    const isOff = this.of.round.fault === 'clock two minutes off' && this.of.n === 1;
    if (isOff) this.isMet = true;
    const off = isOff ? (this.of.round.at % 3 === 0 ? -120_000 : 120_000) : 0;
    const now = () => Date.now() + clock.ahead + off;
    const token = { 'token wrong': 'wrong', 'token read-only': 'read' }[this.#ownFault] ?? 'write';
    return backend.open(now, token);
  }

  /** What the line does to requests, whatever the server would say. */
  #line(store) {
    const { random } = this.of.round;
    const gone = () => new Promise(() => undefined);
    const through = async (act, fault) => {
      if (this.isKilled) return gone();
      const all = this.#isIll ? this.of.round.fault : 'none';
      await this.trouble?.before();
      if (all === 'slow') this.isMet = true;
      if (all === 'slow') await new Promise((resolve) => setTimeout(resolve, random() * 40));
      if (all === 'answers lost' && random() < 0.3) {
        this.isMet = true;
        await act();
        return fault;
      }
      const answer = await act();
      if (all !== 'none' && isRefusal(answer)) this.isMet = true;
      return this.isKilled ? gone() : answer;
    };
    const lost = { kind: 'unavailable', why: 'the line broke' };
    return {
      name: store.name,
      get: (key) => through(() => store.get(key), lost),
      present: (keys) => through(() => store.present(keys), lost),
      put: (key, envelope) => through(() => store.put(key, envelope), lost),
      claim: (requests, ...rest) =>
        through(
          () => store.claim(requests, ...rest),
          requests.map(() => lost),
        ),
      release: (keys, who) => through(() => store.release(keys, who), undefined),
      claims: () => through(() => store.claims(), lost),
    };
  }

  async run({ waitMs }) {
    return Promise.race([
      this.killed,
      this.#generate(waitMs).catch((error) => ({ error: String(error?.stack ?? error) })),
    ]);
  }

  async #generate(waitMs) {
    const { clock, round } = this.of;
    const files = await core.findImageryFiles(this.root, 'content');
    const world = new core.ContentReader(this.root).load(files, 'content/style.yaml');
    const report = await core.generatePictures({
      workspaceRoot: this.root,
      world,
      roots: world.entities.map((one) => one.folder.root),
      settings: { ...core.DEFAULT_SETTINGS, workspaceId: `stores-${round.at}` },
      places: core.REAL_PLACES,
      clock: { now: () => Date.now() + clock.ahead, sleep: core.SYSTEM_CLOCK.sleep },
      control: {
        pollInterval: 5,
        settleMs: 15,
        retryPause: 2,
        waitMs,
        submit: true,
        maxCost: undefined,
        remote: { store: this.store, claims: true, isRequired: round.isRequired },
      },
      openDoor: () => this.#door(),
      listener: () => undefined,
      onEntity: () => undefined,
      onPlan: () => undefined,
      signal: new AbortController().signal,
    });
    return { report };
  }

  /** Dies at its fault; what it asks for afterwards never comes. */
  async #door() {
    const { emulator, n, round } = this.of;
    const apiKey = round.hasOneKey ? 'key-of-all' : `key-of-machine-${n}`;
    const door = await core.openGemini({ apiKey, baseUrl: emulator.url });
    const die = () => {
      this.die();
      return new Promise(() => undefined);
    };
    // The first machine that comes to the point: the others find its claims.
    const diesAt = (fault) => {
      if (round.fault !== fault || (round.victim ?? n) !== n) return false;
      round.victim = n;
      return true;
    };
    return new Proxy(door, {
      get: (target, name) => {
        const value = target[name];
        if (typeof value !== 'function') return value;
        const call = value.bind(target);
        if (name === 'uploadFile') {
          return (...args) => (diesAt('machine killed while it uploads') ? die() : call(...args));
        }
        if (name === 'createBatch') {
          return async (...args) => {
            if (diesAt('machine killed before the create')) return die();
            if (!diesAt('machine killed after the create')) return call(...args);
            await call(...args);
            return die();
          };
        }
        return call;
      },
    });
  }
}

function isRefusal(answer) {
  return [answer].flat().some((one) => ['unavailable', 'denied', 'read-only'].includes(one?.kind));
}

/**
 * What happens to the server during the first runs. It begins with one of the first requests and not at a time: on a busy
 * computer a machine may not have begun by then.
 */
class Trouble {
  #requests = 0;
  #isOver = false;
  #happening = Promise.resolve();
  #rising = Promise.resolve();

  constructor({ fault, random }, backend) {
    this.fault = fault;
    this.random = random;
    this.backend = backend;
    this.first = 1 + Math.floor(random() * 12);
    this.last = this.first + 1 + Math.floor(random() * 8);
  }

  /** Before each request of any machine. */
  async before() {
    this.#requests += 1;
    if (this.#isOver) return;
    if (this.fault === 'full') this.backend.fill(this.#requests >= this.first && this.#requests <= this.last);
    if (this.#requests === this.first) this.#happening = this.#fall();
    await this.#happening;
  }

  async #fall() {
    if (!['killed', 'restarted'].includes(this.fault)) return;
    await this.backend.down();
    if (this.fault === 'restarted') this.#rising = this.#rise();
  }

  async #rise() {
    await new Promise((resolve) => setTimeout(resolve, 20 + this.random() * 150));
    await this.backend.up();
  }

  async end() {
    this.#isOver = true;
    await this.#happening;
    await this.#rising;
    if (this.fault === 'full') this.backend.fill(false);
  }
}

/** A small generator, so that a round can be played again. */
function randomOf(seed) {
  let state = (seed + 1) * 2654435761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}
