/**
 * Two or three machines that start at the same moment, with one shared store that has a bad moment: each backend with
 * each fault, with one API key and with a key each. The machines are calls of the engine in this process, each in a
 * workspace of its own; one that is killed answers nothing from then on and never comes back.
 *
 * If the store is required, each key must have been billed once. If it is optional, the number that the machines warned
 * of must not be below the number that was paid for twice.
 */
import { mkdtemp, mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../libs/gemini-emulator/dist/index.js';
import { startCacheServer } from '../../tools/chargen-cache-server/dist/index.js';
import { Apache, WITHOUT_APACHE } from '../support/apache.mjs';
import { S3_ENVIRONMENT, S3StandIn } from '../support/s3-stand-in.mjs';
import { KEYS, makeWorld, SCENES } from './world.mjs';

const core = await import('../../libs/chargen-core/dist/bundle/index.js');

const HOUR = 3_600_000;
const WRITER = 'token-that-writes';
const READER = 'token-that-reads';

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

/** Each fault over each backend in turn, so that any number of rounds is spread over both. */
export async function sweepStores({ rounds, seed }) {
  const backends = BACKENDS.filter(({ skipped }) => skipped === undefined);
  for (const { name, skipped } of BACKENDS)
    if (skipped) process.stdout.write(`Without ${name}: ${skipped}\n`);
  const totals = new Map();
  const wrong = [];
  for (let n = 0; n < rounds; n += 1) {
    const at = n + seed;
    const round = {
      at,
      backend: backends[at % backends.length],
      fault: FAULTS[Math.floor(at / backends.length) % FAULTS.length],
      isRequired: Math.floor(at / (backends.length * FAULTS.length)) % 3 !== 2,
      machines: at % 3 === 0 ? 3 : 2,
      hasOneKey: Math.floor(at / 2) % 2 === 0,
      random: randomOf(at),
    };
    const { billed, twice, warned, faults } = await playRound(round);
    const id = `${round.backend.name}, ${round.fault}, ${round.isRequired ? 'required' : 'optional'}, ${round.machines} machines, ${round.hasOneKey ? 'one key' : 'a key each'} (seed ${at})`;
    for (const what of faults) wrong.push(`${id}: ${what}`);
    const of = `${round.backend.name}, ${round.isRequired ? 'required' : 'optional'}`;
    const sum = totals.get(of) ?? { rounds: 0, billed: 0, twice: 0, warned: 0 };
    totals.set(of, {
      rounds: sum.rounds + 1,
      billed: sum.billed + billed,
      twice: sum.twice + twice,
      warned: sum.warned + warned,
    });
  }
  for (const [of, sum] of [...totals].sort()) {
    process.stdout.write(
      `${of}: ${sum.rounds} rounds, ${sum.billed} billed, ${sum.twice} of them twice, ${sum.warned} warned of\n`,
    );
  }
  for (const what of wrong) process.stdout.write(`WRONG ${what}\n`);
  process.stdout.write(`${rounds} rounds, ${wrong.length} wrong.\n`);
  return wrong.length === 0 ? 0 : 1;
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
    const trouble = makeTrouble(round, backend);
    const first = await Promise.all(machines.map((machine) => machine.run({ waitMs: 700 })));
    await trouble();
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
    return judge(round, emulator, [...first, ...later], later.slice(-living.length));
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
  return { billed, twice, warned, faults };
}

/** One machine: a workspace, an API key, and its own line to the shared store. */
class Machine {
  isKilled = false;
  #isIll = true;
  #isHealedStore = false;

  constructor(of) {
    this.of = of;
    this.root = join(of.folder, `machine-${of.n}`);
    this.killed = new Promise((resolve) => {
      this.die = () => {
        this.isKilled = true;
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
    const now = () => Date.now() + clock.ahead + (isOff ? 120_000 : 0);
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
      if (all === 'slow') await new Promise((resolve) => setTimeout(resolve, random() * 40));
      if (all === 'answers lost' && random() < 0.3) {
        await act();
        return fault;
      }
      const answer = await act();
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
    const at = this.#ownFault;
    return new Proxy(door, {
      get: (target, name) => {
        const value = target[name];
        if (typeof value !== 'function') return value;
        const call = value.bind(target);
        if (name === 'uploadFile' && at === 'machine killed while it uploads') return die;
        if (name === 'createBatch' && at === 'machine killed before the create') return die;
        if (name === 'createBatch' && at === 'machine killed after the create') {
          return async (...args) => {
            await call(...args);
            return die();
          };
        }
        return call;
      },
    });
  }
}

/** Begins what happens to the server during the first runs; resolves when it is over. */
function makeTrouble({ fault, random }, backend) {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const happen = async () => {
    if (!['killed', 'restarted', 'full'].includes(fault)) return;
    await pause(random() * 250);
    if (fault === 'full') {
      backend.fill(true);
      await pause(150);
      backend.fill(false);
      return;
    }
    await backend.down();
    if (fault === 'restarted') {
      await pause(random() * 150);
      await backend.up();
    }
  };
  const done = happen();
  return () => done;
}

const DENIED = { kind: 'denied', why: 'it answered 401' };
const READ_ONLY = { kind: 'read-only', why: 'it answered 403' };
const FULL = { kind: 'unavailable', why: 'it answered 507: full' };

/** For servers that know no tokens here, and disks that cannot be filled: the answers that they would give. */
function guarded(store, token, isFull) {
  const write = (act, many) => {
    const refusal = token === 'wrong' ? DENIED : token === 'read' ? READ_ONLY : isFull() ? FULL : undefined;
    return refusal === undefined ? act() : Promise.resolve(many(refusal));
  };
  const read = (act) => (token === 'wrong' ? Promise.resolve(DENIED) : act());
  const one = (refusal) => refusal;
  return {
    name: store.name,
    get: (key) => read(() => store.get(key)),
    present: (keys) => read(() => store.present(keys)),
    put: (key, envelope) => write(() => store.put(key, envelope), one),
    claim: (requests, ...rest) =>
      write(
        () => store.claim(requests, ...rest),
        (refusal) => requests.map(() => refusal),
      ),
    release: (keys, who) =>
      write(
        () => store.release(keys, who),
        () => undefined,
      ),
    claims: () => read(() => store.claims()),
  };
}

function at(place, now, token, environment = {}) {
  return core.openRemote({ place, token, timeoutMs: 2000, retryPause: 2, now, environment });
}

function folderBackend(name, makeLink) {
  return {
    name,
    start: async (folder) => {
      const shared = join(folder, 'shared');
      await mkdir(shared);
      let isFull = false;
      let isDown = false;
      return {
        open: (now, token) => guarded(new core.RemoteFolder(shared, now, makeLink), token, () => isFull),
        fill: (full) => (isFull = full),
        down: async () => {
          await rename(shared, `${shared}-away`);
          isDown = true;
        },
        up: async () => {
          if (isDown) await rename(`${shared}-away`, shared);
          isDown = false;
        },
        remove: () => Promise.resolve(),
      };
    },
  };
}

const noLinks = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));

const BACKENDS = [
  folderBackend('a folder', undefined),
  folderBackend('a folder without hard links', noLinks),
  {
    name: 'a cache server',
    start: async (folder, now) => {
      const options = { folder: join(folder, 'served'), token: WRITER, readToken: READER, now };
      let server = await startCacheServer({ ...options, port: 0 });
      const { url } = server;
      let isFull = false;
      let isUp = true;
      return {
        open: (own, token) =>
          guarded(
            at(url, own, { write: WRITER, read: READER, wrong: 'token-nobody-knows' }[token]),
            'write',
            () => isFull,
          ),
        fill: (full) => (isFull = full),
        down: async () => {
          await server.close();
          isUp = false;
        },
        up: async () => {
          if (!isUp) server = await startCacheServer({ ...options, port: Number(new URL(url).port) });
          isUp = true;
        },
        remove: () => server.close(),
      };
    },
  },
  {
    name: 'object storage',
    start: async () => {
      const server = new S3StandIn();
      await server.start();
      const { url } = server;
      let isUp = true;
      return {
        open: (now, token) =>
          at('s3://bucket/team', now, undefined, {
            ...S3_ENVIRONMENT,
            AWS_ENDPOINT_URL: url,
            AWS_ACCESS_KEY_ID: { write: 'writer', read: 'reader', wrong: 'nobody' }[token],
          }),
        fill: (full) => (server.isFull = full),
        down: async () => {
          await server.stop();
          isUp = false;
        },
        up: async () => {
          if (!isUp) await server.start(Number(new URL(url).port));
          isUp = true;
        },
        remove: () => server.stop().catch(() => undefined),
      };
    },
  },
  {
    name: 'Apache with mod_dav',
    skipped: WITHOUT_APACHE,
    start: async () => {
      const server = new Apache();
      await server.prepare();
      await server.start();
      let isFull = false;
      let isUp = true;
      return {
        open: (now, token) => guarded(at(server.url, now, undefined), token, () => isFull),
        fill: (full) => (isFull = full),
        down: async () => {
          await server.stop();
          isUp = false;
        },
        up: async () => {
          if (!isUp) await server.start();
          isUp = true;
        },
        remove: () => server.remove(),
      };
    },
  },
];

/** A small generator, so that a round can be played again. */
function randomOf(seed) {
  let state = (seed + 1) * 2654435761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}
