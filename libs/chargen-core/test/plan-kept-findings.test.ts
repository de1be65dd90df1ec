import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { startEmulator, type Emulator } from 'gemini-emulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkWorld, KeptFindings, planItems, type ItemPlanOptions } from '../src/commands/index.js';
import { ContentReader, findImageryFiles } from '../src/content/index.js';
import type { GenerateOptions } from '../src/pipeline/options.js';
import type { EntityOutcome, GeneratePlan } from '../src/report/outcome.js';
import { sha256Hex } from '../src/util/digest.js';
import { settledEntities } from '../src/pipeline/settled-entities.js';
import { withTools } from '../src/pipeline/tools.js';
import {
  DEFAULT_SETTINGS,
  FoundPictures,
  Planner,
  REAL_PLACES,
  type ChargenSettings,
} from '../src/plan/index.js';
import { SYSTEM_CLOCK } from '../src/util/clock.js';
import { cases } from '../../../test/support/long.js';
import { FILES, RunWorld } from './support/run-world.js';

const STYLE = 'content/style.yaml';
const RECIPE = 'content/locations/harbour/images/dawn.recipe.json';
/** Longer than files count as just written, so that what is looked at can be kept. */
const LATER_MS = 10_000;
/** Google ended gemini-2.5-flash-image on 2026-10-02. */
const [BEFORE, AFTER] = [Date.parse('2026-09-01'), Date.parse('2026-11-01')];

interface Look {
  readonly json: string;
  /** Scenes that were planned for the plan and the check, and those that were for a run. */
  readonly planned: number;
  readonly judged: number;
  /** What a run leaves alone. */
  readonly settled: readonly EntityOutcome[];
}

/** A workspace whose pictures are made, as one process after another looks at it. */
class Looks {
  settings: ChargenSettings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
  at = BEFORE;
  readonly kept: string;

  constructor(
    readonly root: string,
    /** A copy of it as it was in the beginning. */
    readonly first: string,
  ) {
    this.kept = join(root, '.nx', 'findings');
  }

  path(file: string): string {
    return join(this.root, file);
  }

  async edit(file: string, change: (text: string) => string): Promise<void> {
    const text = await readFile(this.path(file), 'utf8').catch(() => '');
    // An edit before this one may have taken the folder away.
    await mkdir(dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), change(text));
  }

  /** Nothing is shared with an earlier look but the file. */
  async look(build: string | undefined): Promise<Look> {
    const world = new ContentReader(this.root).load(await findImageryFiles(this.root, 'content'), STYLE);
    const planner = vi.spyOn(Planner.prototype, 'plan');
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + LATER_MS);
    const { at } = this;
    const options: ItemPlanOptions = {
      workspaceRoot: this.root,
      world,
      settings: this.settings,
      places: REAL_PLACES,
      clock: { now: () => at, sleep: () => Promise.reject(new Error('Nothing waits.')) },
      kept: build === undefined ? undefined : new KeptFindings(this.kept, build),
    };
    try {
      const entities: unknown[] = [];
      const plan = await planItems(options, ({ loaded, ...rest }) => {
        entities.push([loaded.id, rest]);
      });
      const found = await checkWorld(options);
      const planned = planner.mock.calls.length;
      const settled = await this.settled(options);
      const judged = planner.mock.calls.length - planned;
      return { json: JSON.stringify([entities, plan, found, settled]), planned, settled, judged };
    } finally {
      planner.mockRestore();
      clock.mockRestore();
    }
  }

  /** What a run leaves alone, since nothing is to be done in it; without `kept` each entity is judged anew. */
  private async settled({ kept, ...options }: ItemPlanOptions): Promise<readonly EntityOutcome[]> {
    const anew = join(this.root, '.nx', 'anew');
    await rm(anew, { force: true });
    const { clock = SYSTEM_CLOCK, world } = options;
    const call: GenerateOptions = {
      ...options,
      clock,
      selection: undefined,
      takes: undefined,
      kept: kept ?? new KeptFindings(anew, 'anew'),
      roots: world.entities.map(({ folder }) => folder.root),
      control: { pollInterval: 5, settleMs: 5, retryPause: 5, waitMs: 0, submit: false, maxCost: undefined },
      openDoor: () => Promise.reject(new Error('Nothing is asked of Google.')),
      listener: () => undefined,
      onEntity: () => undefined,
      onPlan: () => undefined,
      signal: new AbortController().signal,
    };
    const settled = await withTools(call, (tools) =>
      settledEntities(call, tools, new FoundPictures(world, call.places, tools.digests)),
    );
    return [...settled.values()];
  }

  /** What is kept is what is made anew. Gives how many scenes were planned in spite of it. */
  async compare(): Promise<number> {
    return (await this.compareBoth()).planned;
  }

  async compareBoth(): Promise<Look> {
    const anew = await this.look(undefined);
    const kept = await this.look('build');
    expect(JSON.parse(kept.json)).toStrictEqual(JSON.parse(anew.json));
    expect(kept.json).toBe(anew.json);
    return kept;
  }
}

interface Edit {
  readonly name: string;
  run(looks: Looks): Promise<void>;
}

const inText = (name: string, file: string, change: (text: string) => string): Edit => ({
  name,
  run: (looks) => looks.edit(file, change),
});

/** Other bytes under the same size and time, as a program that sets times back writes them. */
async function replaceUnseen(path: string): Promise<void> {
  const before = await stat(path);
  const bytes = await readFile(path);
  const at = Math.max(0, bytes.length - 20);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(path, bytes);
  await utimes(path, before.atime, before.mtime);
}

/** The only file of a folder whose name begins so. */
async function fileIn(folder: string, beginning: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const name = names.find((one) => one.startsWith(beginning) && !one.endsWith('.json'));
  return name && join(folder, name);
}

const withPicture = (name: string, act: (path: string) => Promise<unknown>, of = 'dawn.'): Edit => ({
  name,
  run: async (looks) => {
    const path = await fileIn(looks.path(dirname(RECIPE)), of);
    if (path !== undefined) await act(path);
  },
});

const EDITS: readonly Edit[] = [
  inText('the words of a scene', FILES.mira, (text) => text.replace('mends a net', 'mends a sail')),
  inText('the words of a scene that is shown', FILES.harbour, (text) => text.replace('at dawn', 'at dusk')),
  inText('a comment', FILES.chapter, (text) => `# A note.\n${text}`),
  inText('a name', FILES.mira, (text) => text.replace(/^name: .*$/m, 'name: Mira of Oxney')),
  inText('looks', FILES.mira, (text) => `${text}appearance: Tall, red hair. Write to mira@example.org\n`),
  inText(
    'a scene more',
    FILES.chapter,
    (text) => `${text}  - id: after\n    title: After\n    prompt: Calm.\n`,
  ),
  inText('an id that is shown', FILES.harbour, (text) => text.replace('id: dawn', 'id: dusk')),
  inText('the id back', FILES.harbour, (text) => text.replace('id: dusk', 'id: dawn')),
  inText('a reference that dangles', FILES.chapter, (text) =>
    text.replace('location: harbour', 'location: harbor'),
  ),
  inText('a picture that is not there', FILES.mira, (text) =>
    text.replaceAll('portrait.png', 'Portrait.png'),
  ),
  inText('a lock', FILES.harbour, (text) => text.replace('title: Dawn', 'title: Dawn\n    locked: true')),
  inText('takes', FILES.harbour, (text) => text.replace('title: Dawn', 'title: Dawn\n    takes: 2')),
  inText('a file that is broken', FILES.chapter, (text) => `${text}\n  : [`),
  inText('the file in order again', FILES.chapter, (text) => text.replace('\n  : [', '')),
  inText('a style', STYLE, (text) => (text === '' ? 'style: Woodcut.\n' : '')),
  inText('a picture in place of the portrait', FILES.portrait, () => 'no picture'),
  inText('a recipe that is damaged', RECIPE, (text) => text.slice(0, 40)),
  withPicture('a picture edited by hand', (path) => writeFile(path, 'an author’s own')),
  withPicture('a picture changed behind its size and time', replaceUnseen),
  withPicture('a picture that vanishes', (path) => rm(path)),
  withPicture('a picture from before', (path) => rename(path, path.replace('dawn.', 'dusk.'))),
  {
    name: 'all as it was',
    run: async ({ root, first }) => {
      for (const folder of ['content', '.chargen']) {
        await rm(join(root, folder), { recursive: true, force: true });
        await cp(join(first, folder), join(root, folder), { recursive: true });
      }
    },
  },
  {
    name: 'a picture that only the store has',
    run: ({ root }) => rm(join(root, dirname(RECIPE)), { recursive: true, force: true }),
  },
  {
    name: 'results that are damaged',
    run: async ({ root }) => {
      const folder = join(root, '.chargen/store/results');
      for (const name of await readdir(folder, { recursive: true }).catch(() => []))
        if (name.endsWith('.json')) await writeFile(join(folder, name), '{');
    },
  },
  {
    name: 'the store gone',
    run: ({ root }) => rm(join(root, '.chargen/store'), { recursive: true, force: true }),
  },
  {
    name: 'a scene made under another name',
    run: async ({ root, first }) => {
      const images = dirname(RECIPE);
      await rm(join(root, images), { recursive: true, force: true });
      await cp(join(first, images), join(root, images.replace('harbour', 'old-quay')), { recursive: true });
    },
  },
  {
    name: 'the recipe of the other name gone',
    run: ({ root }) => rm(join(root, RECIPE.replace('harbour', 'old-quay')), { force: true }),
  },
  { name: 'a recipe that vanishes', run: ({ root }) => rm(join(root, RECIPE), { force: true }) },
  {
    name: 'a portrait changed behind its size and time',
    run: (looks) => replaceUnseen(looks.path(FILES.portrait)).catch(() => undefined),
  },
  {
    name: 'a portrait in other letter case',
    run: (looks) =>
      rename(looks.path(FILES.portrait), looks.path(FILES.portrait).replace('portrait', 'Portrait')).catch(
        () => undefined,
      ),
  },
  {
    name: 'an entity that is copied',
    run: ({ root }) =>
      cp(join(root, dirname(FILES.harbour)), join(root, 'content/locations/quay'), { recursive: true }),
  },
  {
    name: 'an entity that is gone',
    run: ({ root }) => rm(join(root, 'content/locations/quay'), { recursive: true, force: true }),
  },
  {
    name: 'a folder of pictures that is gone',
    run: ({ root }) => rm(join(root, 'content/chapters/storm/images'), { recursive: true, force: true }),
  },
  {
    name: 'an option',
    run: (looks) => {
      const { danglingReferences: before } = looks.settings;
      looks.settings = { ...looks.settings, danglingReferences: before === 'block' ? 'leave-out' : 'block' };
      return Promise.resolve();
    },
  },
  inText('a model that ends', FILES.chapter, (text) =>
    text.replace('title: Wreck', 'title: Wreck\n    model: gemini-2.5-flash-image'),
  ),
  {
    name: 'a day on which a model has ended',
    run: (looks) => {
      looks.at = looks.at === BEFORE ? AFTER : BEFORE;
      return Promise.resolve();
    },
  },
];

describe('findings kept for the next process', () => {
  let made: RunWorld;

  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({ seed: 7 });
    made = await RunWorld.create(emulator);
    await made.generate();
  });
  afterAll(async () => {
    await emulator.close();
    await made.remove();
  });

  async function withLooks(test: (looks: Looks) => Promise<void>): Promise<void> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'chargen-kept-')));
    try {
      await cp(made.root, root, { recursive: true });
      await test(new Looks(root, made.root));
    } finally {
      await rm(root, { recursive: true });
    }
  }

  it('are those that planning gives, and the second process plans nothing and writes nothing', async () => {
    await withLooks(async (looks) => {
      expect(await looks.compare()).toBeGreaterThan(0);
      const { ino, size } = await stat(looks.kept);
      expect(await looks.compareBoth()).toMatchObject({ planned: 0, judged: 0, settled: { length: 3 } });
      expect(await stat(looks.kept)).toMatchObject({ ino, size });
    });
  });

  it('are what a run reports without them, and let it make what is left', async () => {
    const world = await made.clone(true);
    const planner = vi.spyOn(Planner.prototype, 'plan');
    const plans: unknown[] = [];
    const onPlan = ({ scenes, entities, done, pending }: GeneratePlan) =>
      plans.push([scenes, entities, done, pending]);
    const generate = async (build?: string) => {
      planner.mockClear();
      const kept = build === undefined ? undefined : new KeptFindings(world.path('.nx/findings'), build);
      const { report } = await world.generate({ onPlan, kept });
      const byRoot = [...report.entities].sort((a, b) => (a.root < b.root ? -1 : 1));
      return { planned: planner.mock.calls.length, entities: byRoot, totals: report.totals };
    };
    try {
      const { entities, totals } = await generate();
      const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + LATER_MS);
      expect(await generate('build')).toMatchObject({ entities, totals });
      expect(await generate('build')).toStrictEqual({ planned: 0, entities, totals });
      clock.mockRestore();
      const text = await readFile(world.path(FILES.chapter), 'utf8');
      await world.write(FILES.chapter, text.replace('A wreck', 'A new wreck'));
      const { entities: after, totals: made } = await generate('build');
      expect(made).toStrictEqual({ ...totals, done: 5, generated: 1 });
      expect(after.map(({ verdict }) => verdict)).toStrictEqual(['done', 'done', 'done']);
      expect(plans).toStrictEqual([...Array.from({ length: 3 }, () => [6, 3, 6, 0]), [6, 3, 5, 1]]);
    } finally {
      planner.mockRestore();
      await world.remove();
    }
  });

  it.each<readonly [string, (looks: Looks) => Promise<void>]>([
    [
      'a copy of it lies among its takes',
      async ({ root }) => {
        const copy = join(root, dirname(RECIPE), 'takes', 'dawn@1.recipe.json');
        await mkdir(dirname(copy));
        await cp(join(root, RECIPE), copy);
      },
    ],
    [
      'its recipe does not hold what is asked for now',
      (looks) => looks.edit(RECIPE, (text) => text.replace(/"digest": "[0-9a-f]{4}/, '"digest": "0000')),
    ],
    [
      'there is only a Git LFS pointer to it',
      async ({ root }) => {
        const path = (await fileIn(join(root, dirname(RECIPE)), 'dawn.')) ?? '';
        const bytes = await readFile(path);
        const lines = ['version https://git-lfs.github.com/spec/v1', `oid sha256:${sha256Hex(bytes)}`];
        await writeFile(path, `${[...lines, `size ${String(bytes.length)}`].join('\n')}\n`);
      },
    ],
  ])('leave an entity to the run if a picture is done, and %s', async (_what, act) => {
    await withLooks(async (looks) => {
      await looks.compare();
      await act(looks);
      const { settled } = await looks.compareBoth();
      expect(settled.map(({ id }) => id)).not.toContain('location/harbour');
      // The chapter shows it, and has nothing to do itself.
      expect(settled).toHaveLength(2);
    });
  });

  it('leave alone an entity with a refusal as well, as long as that lies beside its scene', async () => {
    const world = await made.clone(true);
    try {
      const text = await readFile(world.path(FILES.chapter), 'utf8');
      await world.write(FILES.chapter, text.replace('A wreck', 'A refused wreck'));
      const match = { key: 'chapter/storm/wreck@*' };
      emulator.faults.arm({ fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' }, match });
      expect((await world.generate()).report.totals).toMatchObject({ refused: 1 });
      const looks = new Looks(world.root, made.root);
      await looks.compare();
      const { judged, settled } = await looks.compareBoth();
      expect({ judged, settled: settled.map(({ id }) => id) }).toEqual({
        judged: 0,
        settled: ['chapter/storm', 'character/mira', 'location/harbour'],
      });
      const plans: GeneratePlan[] = [];
      const onPlan = (plan: GeneratePlan) => plans.push(plan);
      const kept = new KeptFindings(looks.kept, 'build');
      expect((await world.generate({ kept, onPlan })).report.totals).toMatchObject({ refused: 1, done: 5 });
      expect(plans).toMatchObject([{ scenes: 6, done: 5 }]);
      const refusal = 'content/chapters/storm/images/wreck.refused.json';
      await rm(world.path(refusal));
      expect((await looks.compareBoth()).settled).toHaveLength(2);
      await world.generate({ kept: new KeptFindings(looks.kept, 'build') });
      expect(await readFile(world.path(refusal), 'utf8')).toContain('IMAGE_SAFETY');
    } finally {
      emulator.faults.clear();
      await world.remove();
    }
  });

  it('count for nothing in another build, in code without one, and in a file that is damaged', async () => {
    await withLooks(async (looks) => {
      await looks.compare();
      expect((await looks.look('another build')).planned).toBeGreaterThan(0);
      const bytes = await readFile(looks.kept);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 99) ^ 1, bytes.length - 99);
      await writeFile(looks.kept, bytes);
      expect(await looks.compare()).toBeGreaterThan(0);
    });
  });

  it('are made anew for what was edited and for who shows it, and for no other', async () => {
    await withLooks(async (looks) => {
      await looks.compare();
      await looks.edit(FILES.mira, (text) => text.replace('counts the catch', 'sells the catch'));
      // The three of Mira, and the two of the chapter, which shows one of them, with what these show.
      const planned = await looks.compare();
      expect(planned).toBeGreaterThan(0);
      await looks.edit(FILES.chapter, (text) => text.replace('A wreck', 'A new wreck'));
      expect(await looks.compare()).toBeLessThan(planned);
    });
  });

  it('follow every kind of edit', async () => {
    await withLooks(async (looks) => {
      await looks.compare();
      for (const edit of EDITS) {
        await edit.run(looks);
        await looks.compare().catch((error: unknown) => {
          throw new Error(`After ${edit.name}`, { cause: error });
        });
      }
    });
  });

  it('follow edits at random', async () => {
    const edits = fc.array(fc.integer({ min: 0, max: EDITS.length - 1 }), { minLength: 5, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(edits, (numbers) =>
        withLooks(async (looks) => {
          await looks.compare();
          for (const number of numbers) {
            await EDITS[number]?.run(looks);
            await looks.compare();
          }
        }),
      ),
      { numRuns: cases(4, 200), endOnFailure: true },
    );
  });
});
