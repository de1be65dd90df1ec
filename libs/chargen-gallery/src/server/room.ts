import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { findScene, REAL_PLACES, recordParts, Selection, type RunReport, type World } from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import { applyChange, proposeChange } from '../changes/change-files.js';
import { GalleryReader, type CollectedGallery } from '../data/collect.js';
import { GALLERY_FOLDER } from '../data/links.js';
import { writeGallery } from '../page/write-gallery.js';
import type { Reviewed, ReviewOrder, RunPlan, RunStarted, RunStatus } from '../protocol.js';
import { adoptPicture } from './adopt.js';
import {
  adoptSchema,
  applySchema,
  editedSchema,
  emptySchema,
  nowSchema,
  proposeSchema,
  readBody,
  reviewSchema,
  runSchema,
  startSchema,
  useTakeSchema,
} from './body.js';
import { EventStream } from './event-stream.js';
import { NowRun } from './now-run.js';
import { NxRun } from './nx-run.js';
import { writeReviews } from './review.js';
import { planOfRun } from './run-plan.js';
import { sendJson } from './send-json.js';
import type { ServeOptions } from './serve-options.js';
import { settleEdited } from './settle-edited.js';
import { isServed, sendFile } from './static-files.js';
import { useTakeOf } from './use-take.js';
import { watchWorld, type WorldWatch } from './watch-world.js';

/** Time without a review after which the page's data are made again, in milliseconds. */
const PAUSE_MS = 1500;

const OTHER_PLAN: RunStarted = {
  kind: 'refused',
  message:
    'What this run makes is no longer what its plan said, so it was not started. Look at its plan again.',
};

const BUSY: RunStarted = { kind: 'refused', message: 'A run is going on already.' };

/** What stands behind the server: the data, the open pages and the run. */
export class Room {
  readonly #events = new EventStream();
  readonly #run: NxRun;
  readonly #now: NowRun;
  #gallery: CollectedGallery;
  #refreshing: Promise<void> | undefined;
  #isStale = false;
  /** When a page was last answered what a review is: it shows that until it has data that were begun later. */
  #reviewedAt = 0;
  #soon: NodeJS.Timeout | undefined;
  readonly #watch: WorldWatch;
  /** Changes are made one after the other. */
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly options: ServeOptions,
    readonly reader: GalleryReader,
    gallery: CollectedGallery,
  ) {
    this.#gallery = gallery;
    const { takes } = options;
    const { root, contentRoot, generateTarget } = options.workspace;
    this.#watch = watchWorld(root, contentRoot, (areReviews) => {
      if (areReviews) this.#refreshSoon();
      else this.#refresh();
    });
    /** What a run reports, of either kind. */
    const toPages = {
      onStatus: (status: RunStatus) => {
        this.#events.send({ kind: 'status', status });
      },
      onLine: (text: string) => {
        this.#events.send({ kind: 'line', text });
      },
      onPictures: () => {
        this.#refresh();
      },
    };
    this.#run = new NxRun({
      workspaceRoot: root,
      target: generateTarget,
      batchFolder: join(root, REAL_PLACES.stateDir, 'batch'),
      env: { ...options.env, ...(takes === undefined ? {} : { CHARGEN_TAKES: String(takes) }) },
      ...toPages,
      onReport: (report) => this.#record(report),
    });
    this.#now = new NowRun({
      workspace: options.workspace,
      env: options.env,
      remote: options.remote,
      world: () => reader.world(),
      ...toPages,
    });
  }

  static async open(options: ServeOptions): Promise<Room> {
    const reader = new GalleryReader(options.workspace);
    const gallery = await reader.collect(options.now());
    await writeGallery(options.workspace, gallery);
    return new Room(options, reader, gallery);
  }

  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (path.startsWith('api/')) {
      await this.#answerApi(request, response, path.slice('api/'.length));
      return;
    }
    const { root, folder = GALLERY_FOLDER } = this.options.workspace;
    if (path === '') {
      response.writeHead(302, { location: `${folder}/index.html` }).end();
      return;
    }
    if (request.method === 'POST' || !isServed(path, this.#gallery.pictures, folder)) {
      response
        .writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
        .end('There is no such file.\n');
      return;
    }
    // A page that is loaded again shows what is on the disk now.
    if (path === `${folder}/index.html`) await this.#becomeCurrent();
    await sendFile(response, root, path, request.method === 'HEAD');
  }

  async #answerApi(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    if (request.method === 'POST') {
      const answer = (await this.#ofChange(request, name)) ?? (await this.#ofRun(request, name));
      if (answer === undefined) sendJson(response, 404, { message: 'There is nothing of this name.' });
      else sendJson(response, 200, answer);
    } else if (name === 'session') sendJson(response, 200, { kind: 'session' });
    else if (name === 'events') this.#events.connect(response);
    else sendJson(response, 404, { message: 'There is nothing of this name.' });
  }

  /** The answer about a change of files; undefined for other requests. */
  async #ofChange(request: IncomingMessage, name: string): Promise<object | undefined> {
    const { workspace } = this.options;
    const { root } = workspace;
    const changed = async <T>(act: (world: World) => Promise<T>): Promise<T> => {
      const answer = await this.#change(act);
      this.#refresh();
      return answer;
    };
    switch (name) {
      case 'propose': {
        const { change } = await readBody(request, proposeSchema);
        return proposeChange(root, await this.reader.world(), change);
      }
      case 'apply': {
        const { change, digest } = await readBody(request, applySchema);
        return changed((world) => applyChange(root, world, change, digest));
      }
      case 'review':
        return this.#review((await readBody(request, reviewSchema)).orders);
      case 'use': {
        const { scene, take } = await readBody(request, useTakeSchema);
        return changed((world) => useTakeOf(this.options, world, scene, take));
      }
      case 'edited': {
        const { scene, choice } = await readBody(request, editedSchema);
        return changed((world) => settleEdited(workspace, world, scene, choice));
      }
      case 'adopt': {
        const { scene, picture } = await readBody(request, adoptSchema);
        // Only what the page shows: no path of its own leads a request out of the world.
        if (!this.#gallery.pictures.has(picture))
          return { kind: 'refused', message: `There is no picture ${picture}.` };
        return changed((world) => adoptPicture(workspace, world, scene, picture));
      }
      default:
        return undefined;
    }
  }

  /** The answer about making pictures; undefined for other requests. */
  async #ofRun(request: IncomingMessage, name: string): Promise<object | undefined> {
    switch (name) {
      case 'plan': {
        const { scenes } = await readBody(request, runSchema);
        return this.#plan(await this.reader.world(), scenes);
      }
      case 'run': {
        const { scenes, plan } = await readBody(request, startSchema);
        return this.#now.isRunning ? BUSY : this.#startRun(scenes, plan);
      }
      case 'plan-now': {
        const { scenes } = await readBody(request, runSchema);
        return this.#now.plan(scenes);
      }
      case 'now': {
        const { scenes, cost } = await readBody(request, nowSchema);
        return this.#run.isRunning ? BUSY : this.#now.start(scenes, cost);
      }
      case 'stop':
        await readBody(request, emptySchema);
        this.#run.stop();
        this.#now.stop();
        return { kind: 'stopping' };
      default:
        return undefined;
    }
  }

  /** Changes files after all changes that were ordered before. */
  #change<T>(act: (world: World) => Promise<T>): Promise<T> {
    const made = this.#changes.then(async () => act(await this.reader.world()));
    this.#changes = made.catch(() => undefined);
    return made;
  }

  async #review(orders: readonly ReviewOrder[]): Promise<Reviewed> {
    const { root } = this.options.workspace;
    const reviewed = await this.#change((world) => writeReviews(root, world, orders, this.options.now));
    const { reviews, stayed, at } = reviewed;
    if (reviews.length > 0) this.#events.send({ kind: 'review', reviews, at });
    // What stayed is shown too, by the page that asked, as known at this time.
    if (reviews.length + stayed.length > 0) {
      this.#reviewedAt = at;
      this.#refreshSoon();
    }
    return reviewed;
  }

  /** Reviews come one after the other: the data of a whole world are made again when no more come. */
  #refreshSoon(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#refresh();
    }, PAUSE_MS);
  }

  #plan(world: World, scenes: readonly string[]): Promise<RunPlan> {
    return planOfRun(this.options.workspace, world, scenes, this.options.takes);
  }

  /** Starts the run of which the plan with this digest was shown, and no other. */
  async #startRun(scenes: readonly string[], digest: string): Promise<RunStarted> {
    const world = await this.reader.world();
    const roots = new Set<string>();
    for (const name of scenes) {
      const found = findScene(world, name);
      if (found.kind === 'unknown') return goneFromWorld(name);
      roots.add(found.entity.root);
    }
    if ((await this.#plan(world, scenes)).digest !== digest) return OTHER_PLAN;
    return this.#run.start([...roots], new Selection(scenes));
  }

  /** Nx skips the task of an entity of which only a part was made, and records nothing of it. */
  async #record(report: RunReport): Promise<void> {
    const { workspace } = this.options;
    await recordParts(workspace.root, await this.reader.world(), report, {
      prompts: workspace.settings.recordPrompts,
      say: (text) => {
        this.#events.send({ kind: 'line', text });
      },
    });
  }

  async #becomeCurrent(): Promise<void> {
    // Not only if the watch saw something: it reports a change a moment after it was made.
    this.#refresh();
    // The first one may have begun before the change; the next one has not.
    await this.#refreshing;
    await this.#refreshing;
  }

  /** Makes the data again, once for all requests meanwhile, and notifies the pages if something changed. */
  #refresh(): void {
    if (this.#refreshing !== undefined) {
      this.#isStale = true;
      return;
    }
    this.#refreshing = this.#collect()
      .catch((error: unknown) => {
        // A file that is half written now will be whole with the next change.
        const text = error instanceof Error ? error.message : String(error);
        this.#events.send({ kind: 'line', text: `The gallery could not be made again: ${text}` });
      })
      .finally(() => {
        this.#refreshing = undefined;
        if (!this.#isStale) return;
        this.#isStale = false;
        this.#refresh();
      });
  }

  async #collect(): Promise<void> {
    const before = contentOf(this.#gallery);
    const gallery = await this.reader.collect(this.options.now());
    // A review that an editor has taken back meanwhile is in no data, and the pages show it. Data that were begun before
    // it was written may lack it too, and leave it there.
    const arePagesAhead = this.#reviewedAt >= Date.parse(this.#gallery.index.madeAt);
    if (contentOf(gallery) === before && !arePagesAhead) return;
    await writeGallery(this.options.workspace, gallery);
    this.#gallery = gallery;
    this.#events.send({ kind: 'data' });
  }

  async close(): Promise<void> {
    clearTimeout(this.#soon);
    await this.#watch.close();
    await this.#run.close();
    await this.#now.close();
    this.#isStale = false;
    await this.#refreshing;
    this.#events.close();
  }
}

/** All that a page shows, but for the time. */
function contentOf({ index, details }: CollectedGallery): string {
  return JSON.stringify([{ ...index, madeAt: '' }, details]);
}
