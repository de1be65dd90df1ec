import { mkdtemp, realpath, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCacheServer, type CacheServer } from 'chargen-cache-server';
import { NewerBuild } from './newer-build.js';
import { Service } from './service.js';
import { drawnPicture, PATHS, smallWorld } from './small-world.js';
import { REPOSITORY, run, TestWorkspace } from './workspace.js';

export type Writer = 'ann' | 'ben' | 'cai';

export interface Edit {
  readonly by: Writer;
  readonly what: string;
  readonly make: (clone: TestWorkspace, week: WritersWeek) => Promise<void>;
  /** Scenes that this edit gives a content key that nobody had before, as people would say it. */
  readonly pays: readonly string[];
  /** Said of one among several scenes that ask for the same: which of them names the line is of no account. */
  readonly anyOf?: readonly string[];
  /** What CI runs that day; the affected pictures, if left out. */
  readonly runs?: 'all-pictures-and-analyses';
  /** What CI's run of Nx ends with; 0, if left out. */
  readonly code?: number;
}

export interface Row {
  readonly n: number;
  readonly by: string;
  readonly what: string;
  readonly expected: readonly string[];
  readonly billed: readonly string[];
  /** Of CI's run of Nx. */
  readonly code: number | null;
}

/**
 * Three writers and CI over one repository. CI has nothing but git, a key and the cache server: each of its runs
 * begins in a fresh clone. The writers have no key; what they see comes from the remote cache.
 */
export class WritersWeek {
  readonly rows: Row[] = [];
  readonly #clones: ReadonlyMap<Writer, TestWorkspace>;
  #lastRun = 'HEAD';
  #newer: NewerBuild | undefined;

  private constructor(
    readonly base: string,
    readonly service: Service,
    readonly cache: CacheServer,
    readonly seed: TestWorkspace,
    clones: ReadonlyMap<Writer, TestWorkspace>,
  ) {
    this.#clones = clones;
  }

  static async start(): Promise<WritersWeek> {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'chargen-week-')));
    const service = await Service.start();
    const cache = await startCacheServer({ folder: join(base, 'cache'), token: 'token-of-the-team' });
    const seed = await TestWorkspace.create({
      files: await smallWorld(),
      gitignore: ['content/*/*/images/*', '!content/*/*/images/portrait.png'],
    });
    // A bare repository in the middle, as on a server.
    const origin = join(base, 'origin.git');
    await seed.git('clone', '-q', '--bare', seed.root, origin);
    const clones = new Map<Writer, TestWorkspace>();
    for (const writer of ['ann', 'ben', 'cai'] as const) clones.set(writer, await seed.clone(origin));
    return new WritersWeek(base, service, cache, seed, clones);
  }

  clone(writer: Writer): TestWorkspace {
    const clone = this.#clones.get(writer);
    if (clone === undefined) throw new Error(writer);
    return clone;
  }

  /** Leads a clone to the cache of the team. */
  share(workspace: TestWorkspace): void {
    Object.assign(workspace.env, {
      NX_SELF_HOSTED_REMOTE_CACHE_SERVER: this.cache.url,
      NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'token-of-the-team',
      CHARGEN_STORE_REMOTE: this.cache.url,
      CHARGEN_STORE_TOKEN: 'token-of-the-team',
    });
  }

  /** Writers edit and push, one after the other; CI makes what is new and pushes the record. */
  async play(edits: readonly Edit[]): Promise<Row> {
    const before = this.service.billed().length;
    for (const edit of edits) {
      const clone = this.clone(edit.by);
      await clone.git('pull', '-q', '--no-edit', 'origin', 'main');
      await edit.make(clone, this);
      await clone.commit(edit.what);
      await clone.git('push', '-q', 'origin', 'main');
    }
    const { code } = await this.continuousIntegration(edits.find(({ runs }) => runs !== undefined)?.runs);
    const billed = this.service
      .billed()
      .slice(before)
      .map((name) => name.split('@')[0] ?? name)
      .sort();
    const pays = edits.flatMap((edit) => edit.pays);
    const anyOf = edits.flatMap((edit) => edit.anyOf ?? []);
    const shared = pays.find((one) => anyOf.includes(one)) ?? '';
    const row: Row = {
      n: this.rows.length + 1,
      by: [...new Set(edits.map(({ by }) => by))].join('+'),
      what: edits.map(({ what }) => what).join(', '),
      expected: [...pays].sort(),
      billed: billed.map((one) => (anyOf.includes(one) ? shared : one)).sort(),
      code,
    };
    this.rows.push(row);
    return row;
  }

  /** `nx affected` in a fresh clone, then the record pushed, as the workflow does. */
  async continuousIntegration(runs?: Edit['runs']): Promise<{ code: number | null; output: string }> {
    const ci = await this.fresh();
    this.service.serve(ci);
    const first = this.rows.length === 0;
    const finished = first
      ? await ci.nx(['run-many', '-t', 'generate'])
      : runs !== undefined
        ? await ci.nx(['run-many', '-t', 'generate', 'analyze'])
        : await ci.nx(['affected', '-t', 'generate', `--base=${this.#lastRun}`, '--head=HEAD']);
    this.#lastRun = (await ci.git('rev-parse', 'HEAD')).trim();
    if ((await ci.git('status', '--short')).trim() !== '') {
      await ci.commit('records');
      await ci.git('push', '-q', 'origin', 'main');
    }
    await ci.remove();
    return { code: finished.code, output: finished.output };
  }

  async fresh(): Promise<TestWorkspace> {
    const clone = await this.seed.clone(join(this.base, 'origin.git'));
    this.share(clone);
    if (this.#newer !== undefined) {
      await rm(clone.path('node_modules'));
      await symlink(this.#newer.nodeModules, clone.path('node_modules'));
    }
    return clone;
  }

  /** From now on each fresh clone has a later version of the tool. */
  async upgrade(): Promise<void> {
    this.#newer ??= await NewerBuild.make();
  }

  table(): string {
    const cells = this.rows.map((row) => [
      String(row.n),
      row.by,
      row.what,
      String(row.expected.length),
      String(row.billed.length),
      row.billed.map((one) => one.split('/').slice(1).join('/')).join(', '),
    ]);
    const all = [['', 'who', 'edit', 'new keys', 'billed', 'which'], ...cells];
    const widths = (all[0] ?? []).map((_, n) => Math.max(...all.map((line) => line[n]?.length ?? 0)));
    return all.map((line) => line.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')).join('\n');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clones.values(), this.seed].map((one) => one.remove()));
    await this.service.close();
    await this.cache.close();
    await this.#newer?.remove();
    await rm(this.base, { recursive: true, force: true });
  }
}

const OAR = 'character/ione/at-the-oar';
const LAMP = 'character/ione/lamp';
const MENDING = 'character/ione/mending';
const QUAY = 'location/low-quay/establishing';
const DEPARTURE = 'chapter/first-crossing/departure';
const MIDSTREAM = 'chapter/first-crossing/midstream';
const KEYS = 'character/lock-keeper/keys';
const GATE = 'content/characters/gate-keeper/imagery.yaml';
const WRECK = 'content/locations/wreck/imagery.yaml';

const change =
  (path: string, from: string, to: string): Edit['make'] =>
  (clone) =>
    clone.edit(path, from, to);

/** Takes the last commit of a writer back, whatever records were pushed since. */
const takeBack =
  (what: string): Edit['make'] =>
  async (clone) => {
    const hash = (await clone.git('log', '--format=%H', '--fixed-strings', `--grep=${what}`, '-1')).trim();
    await clone.git('revert', '--no-commit', hash);
  };

/** A week: each edit with what it may cost. `sample` marks those that the quick test plays, with the day of its CI run. */
const WEEK: readonly (Edit & { readonly sample?: number })[] = [
  {
    by: 'ann',
    what: 'the world as it is',
    make: () => Promise.resolve(),
    pays: [OAR, LAMP, QUAY, DEPARTURE, MIDSTREAM, KEYS],
    sample: 1,
  },
  {
    by: 'ben',
    what: 'a comment',
    make: change(PATHS.quay, 'name:', '# Low, not lower.\nname:'),
    pays: [],
    sample: 2,
  },
  {
    by: 'ann',
    what: 'a changed prompt',
    make: change(PATHS.loner, 'iron keys', 'brass keys'),
    pays: [KEYS],
    sample: 2,
  },
  {
    by: 'cai',
    what: 'a new scene',
    make: change(
      PATHS.ione,
      'scenes:\n',
      'scenes:\n  - id: mending\n    title: Mending\n    prompt: Ione mends a net.\n',
    ),
    pays: [MENDING],
    sample: 2,
  },
  { by: 'ben', what: 'a changed title', make: change(PATHS.quay, 'The quay at dawn', 'Dawn'), pays: [] },
  {
    by: 'ann',
    what: 'keys of a scene in another order',
    make: change(
      PATHS.chapter,
      '    title: Departure\n    prompt: The ferry leaves the quay.\n',
      '    prompt: The ferry leaves the quay.\n    title: Departure\n',
    ),
    pays: [],
  },
  {
    by: 'ben',
    what: 'Windows line endings',
    make: async (clone) => {
      const text = await clone.read(PATHS.chapter);
      await clone.write(PATHS.chapter, text.replaceAll('\n', '\r\n'));
    },
    pays: [],
  },
  {
    by: 'cai',
    what: 'a new place',
    make: (clone) =>
      clone.write(
        WRECK,
        'entity_type: location\nname: The Wreck\nscenes:\n  - id: at-low-tide\n    title: At low tide\n    prompt: Ribs of a ferry in the mud.\n',
      ),
    pays: ['location/wreck/at-low-tide'],
    sample: 2,
  },
  {
    by: 'ann',
    what: 'a renamed entity',
    make: async (clone) => {
      await rename(
        clone.path('content/characters/lock-keeper'),
        clone.path('content/characters/gate-keeper'),
      );
    },
    pays: [],
    sample: 3,
  },
  { by: 'ben', what: 'a renamed scene', make: change(GATE, 'id: keys', 'id: ring-of-keys'), pays: [] },
  {
    by: 'cai',
    what: 'a deleted place',
    make: (clone) => rm(clone.path('content/locations/wreck'), { recursive: true }),
    pays: [],
  },
  { by: 'ann', what: 'the place again', make: takeBack('a deleted place'), pays: [] },
  {
    by: 'ben',
    what: 'a new portrait',
    make: async (clone) => clone.write(PATHS.portrait, await drawnPicture('#335577')),
    pays: [OAR, LAMP, DEPARTURE, MIDSTREAM],
    sample: 3,
  },
  { by: 'cai', what: 'the old portrait', make: takeBack('a new portrait'), pays: [], sample: 4 },
  { by: 'ann', what: 'the new one after all', make: takeBack('the old portrait'), pays: [] },
  {
    by: 'ben',
    what: 'another style guide',
    make: (clone) => clone.write('content/style.yaml', 'style: Woodcut in two colours.\n'),
    pays: [
      OAR,
      LAMP,
      MENDING,
      QUAY,
      DEPARTURE,
      MIDSTREAM,
      'character/gate-keeper/ring-of-keys',
      'location/wreck/at-low-tide',
    ],
  },
  { by: 'cai', what: 'the old style guide', make: takeBack('another style guide'), pays: [] },
  {
    by: 'ann',
    what: 'one more person in a scene',
    make: async (clone) => {
      const text = await clone.read(PATHS.chapter);
      const eol = text.includes('\r\n') ? '\r\n' : '\n';
      await clone.edit(
        PATHS.chapter,
        `      - character: ione${eol}`,
        `      - character: gate-keeper${eol}        scene: ring-of-keys${eol}      - character: ione${eol}`,
      );
    },
    pays: [DEPARTURE],
  },
  {
    by: 'ben',
    what: 'two scenes that ask for the same',
    make: change(
      GATE,
      'scenes:\n',
      'scenes:\n  - id: door-a\n    title: A\n    prompt: An iron door.\n  - id: door-b\n    title: B\n    prompt: An iron door.\n',
    ),
    pays: ['character/gate-keeper/door-a'],
    anyOf: ['character/gate-keeper/door-a', 'character/gate-keeper/door-b'],
  },
  {
    by: 'cai',
    what: 'another take',
    make: change(PATHS.quay, 'aspect_ratio: "16:9"', 'aspect_ratio: "16:9"\n    take: 2'),
    pays: [QUAY, DEPARTURE],
  },
  {
    by: 'ann',
    what: 'a locked scene',
    make: change(PATHS.ione, 'id: lamp', 'id: lamp\n    locked: true'),
    pays: [],
  },
  {
    by: 'ben',
    what: 'a changed prompt of the locked scene',
    make: change(PATHS.ione, 'lifts a lamp', 'holds up a lamp'),
    pays: [],
  },
  {
    by: 'cai',
    what: 'the lock off',
    make: change(PATHS.ione, 'id: lamp\n    locked: true', 'id: lamp'),
    pays: [LAMP],
  },
  {
    by: 'ann',
    what: 'branches of two that each add a scene, merged',
    make: async (clone, week) => {
      const ben = week.clone('ben');
      await ben.git('pull', '-q', '--no-edit', 'origin', 'main');
      await ben.edit(
        PATHS.ione,
        'scenes:\n',
        'scenes:\n  - id: asleep\n    title: Asleep\n    prompt: Ione asleep in the boat.\n',
      );
      await ben.commit('asleep');
      await clone.edit(
        PATHS.ione,
        '  # The lamp is the one from the first chapter.\n',
        '  - id: awake\n    title: Awake\n    prompt: Ione awake before dawn.\n\n  # The lamp is the one from the first chapter.\n',
      );
      await clone.commit('awake');
      await clone.git('pull', '-q', '--no-rebase', '--no-edit', ben.root, 'main');
    },
    pays: ['character/ione/asleep', 'character/ione/awake'],
    sample: 4,
  },
  {
    by: 'ben',
    what: 'another model for one scene',
    make: change(PATHS.quay, 'take: 2', 'take: 2\n    model: gemini-nano-banana-2.1'),
    pays: [QUAY, DEPARTURE],
  },
  {
    by: 'cai',
    what: 'another model for the workspace',
    make: change(
      'nx.json',
      '"contentRoot":"content"',
      '"contentRoot":"content","generationModel":"gemini-3.1-flash-lite-image"',
    ),
    pays: [
      OAR,
      LAMP,
      MENDING,
      DEPARTURE,
      MIDSTREAM,
      'character/ione/asleep',
      'character/ione/awake',
      'character/gate-keeper/ring-of-keys',
      'character/gate-keeper/door-a',
      'location/wreck/at-low-tide',
    ],
    anyOf: ['character/gate-keeper/door-a', 'character/gate-keeper/door-b'],
  },
  { by: 'ann', what: 'the former model', make: takeBack('another model for the workspace'), pays: [] },
  {
    by: 'ben',
    what: 'another shape',
    make: change(GATE, 'title: Keys', 'title: Keys\n    aspect_ratio: "3:2"'),
    pays: ['character/gate-keeper/ring-of-keys', DEPARTURE],
  },
  {
    by: 'cai',
    what: 'tags and a description',
    make: change(
      PATHS.quay,
      'name: The Low Quay',
      'name: The Low Quay\ndescription: Where the ferry lands.\ntags: [water]',
    ),
    pays: [],
  },
  {
    by: 'ann',
    what: 'what a person looks like',
    make: change(PATHS.ione, 'a red scarf', 'a green scarf'),
    // A sleeper is not said to wear the scarf, so that scene asks for what it asked for before.
    pays: [OAR, LAMP, MENDING, DEPARTURE, MIDSTREAM, 'character/ione/awake'],
    sample: 5,
  },
  {
    by: 'ben',
    what: 'a page that is no content',
    make: (clone) => clone.write('README.md', 'A world of fog.\n'),
    pays: [],
    sample: 5,
  },
  {
    by: 'cai',
    what: 'nothing; CI describes the portrait',
    make: () => Promise.resolve(),
    runs: 'all-pictures-and-analyses',
    pays: ['character/ione/portrait'],
    sample: 7,
  },
  {
    by: 'ann',
    what: 'nothing; CI has a later version of the tool',
    make: (_clone, week) => week.upgrade(),
    runs: 'all-pictures-and-analyses',
    pays: [],
  },
  {
    by: 'ben',
    what: 'a place deleted for regeneration',
    make: (clone) => rm(clone.path('content/locations/low-quay'), { recursive: true }),
    pays: [],
    // CI has no picture that could be held: it reports the reference that is missing.
    code: 1,
    sample: 6,
  },
  {
    by: 'ben',
    what: 'that place again',
    make: takeBack('a place deleted for regeneration'),
    pays: [],
    sample: 7,
  },
  {
    by: 'ann',
    what: 'a changed prompt after the update',
    make: change(PATHS.ione, 'lamp to look', 'lamp to stare'),
    pays: [LAMP],
  },
  {
    by: 'cai',
    what: 'an adopted picture, and a new scene beside it',
    make: async (clone) => {
      await clone.edit(
        GATE,
        'scenes:\n',
        'scenes:\n  - id: gate\n    title: Gate\n    prompt: A gate of iron.\n  - id: wall\n    title: Wall\n    prompt: A wall of stone.\n',
      );
      const images = 'content/characters/gate-keeper/images';
      await clone.write(`${images}/gate.png`, await drawnPicture('#445566', 1024, 1024));
      const chargen = `${REPOSITORY}/tools/chargen-cli/bin/chargen.mjs`;
      const { code, output } = await run(
        process.execPath,
        [chargen, 'adopt'],
        clone.root,
        clone.environment(),
      );
      if (code !== 0 || !output.includes('1 adopted')) throw new Error(output);
      await clone.git('add', '-f', `${images}/gate.png`, `${images}/gate.recipe.json`);
    },
    pays: ['character/gate-keeper/wall'],
    sample: 7,
  },
];

/** Each edit with a run of CI of its own, or the sample, in which a run follows the edits of a day. */
export function daysOf(kind: 'whole' | 'sample'): readonly (readonly Edit[])[] {
  if (kind === 'whole') return WEEK.map((edit) => [edit]);
  const days = new Map<number, Edit[]>();
  for (const { sample, ...edit } of WEEK) {
    if (sample !== undefined) days.set(sample, [...(days.get(sample) ?? []), edit]);
  }
  return [...days].sort(([a], [b]) => a - b).map(([, edits]) => edits);
}
