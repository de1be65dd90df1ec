import { basename, join } from 'node:path';
import {
  DEFAULT_SETTINGS,
  analysisPath,
  approvalsOf,
  ContentReader,
  describeStuck,
  diagnosticLine,
  FileDigests,
  findImageryFiles,
  locateInWorkspace,
  planWorld,
  readJobHistory,
  REAL_PLACES,
  ResultStore,
  scenesWithTakes,
  sceneOfItem,
  slugOfEntity,
  stuckJobs,
  type ChargenSettings,
  type EntityPlan,
  type World,
} from 'chargen-core';
import {
  ENTITY_TYPES,
  type EntityCard,
  type EntityDetails,
  type GalleryIndex,
  type PictureLink,
  type RunCard,
  type SceneCard,
} from '../model.js';
import { Shelf } from '../pictures/shelf.js';
import { Thumbnails } from '../pictures/thumbnails.js';
import { readAnalysis } from './analysis.js';
import { candidatesIn } from './candidates.js';
import { History } from './history.js';
import { GALLERY_FOLDER, type GalleryPlace } from './links.js';
import { rejectionsIn } from './rejections.js';
import {
  isWorkOf,
  plannedItems,
  readRuns,
  reportedScenes,
  type PastRun,
  type ReportedScene,
} from './runs.js';
import { sceneView, textOf, type SceneReports } from './scene-view.js';

/** The workspace whose pictures are shown. */
export interface GalleryWorkspace extends GalleryPlace {
  /** Relative to the root; empty for all of it. */
  readonly contentRoot: string;
  /** Whether a file in the content root is of this world, if the workspace has several. By default all are. */
  readonly owns?: (file: string) => boolean;
  /** Identities of the other worlds, whose runs are not shown. None by default. */
  readonly otherIds?: readonly string[];
  readonly styleFile: string | undefined;
  readonly settings: ChargenSettings;
  /** What Nx calls the target that makes pictures. */
  readonly generateTarget: string;
}

export interface CollectedGallery {
  readonly world: World;
  readonly index: GalleryIndex;
  /** In the order of `EntityCard.details`. */
  readonly details: readonly EntityDetails[];
  readonly runs: readonly PastRun[];
  /** Every picture that a page shows, relative to the workspace. */
  readonly pictures: ReadonlySet<string>;
  readonly thumbnailsMade: number;
}

/** Reads a workspace for the gallery; one that is kept reads unchanged content files only once. */
export class GalleryReader {
  readonly #reader: ContentReader;

  constructor(readonly workspace: GalleryWorkspace) {
    this.#reader = new ContentReader(workspace.root);
  }

  async world(): Promise<World> {
    const { root, contentRoot, owns = () => true, styleFile } = this.workspace;
    const files = (await findImageryFiles(root, contentRoot)).filter((file) => owns(file));
    return this.#reader.load(files, styleFile);
  }

  /** Reads the whole world with its pictures, runs and history, and makes the thumbnails that are missing. */
  async collect(now: number): Promise<CollectedGallery> {
    const { root, folder = GALLERY_FOLDER, settings, otherIds = [] } = this.workspace;
    const world = await this.world();
    const state = join(root, REAL_PLACES.stateDir);
    const batchFolder = join(state, 'batch');
    const runs = await readRuns(batchFolder, otherIds);
    const thumbnails = await Thumbnails.open(join(root, folder, 'thumbs'));
    const digests = await FileDigests.open(root, join(state, 'digests.json'));
    const shelf = new Shelf(root, digests, thumbnails, this.workspace);
    const history = await History.open(root, new ResultStore(join(state, 'store')), shelf, runs);
    const reports = await reportsByScene(runs);
    const candidates = await candidatesIn(root, world, settings);
    const collector = new Collector(root, shelf, history, reports, candidates);
    const plan = await planWorld({ workspaceRoot: root, world, settings, places: REAL_PLACES }, (entity) =>
      collector.add(entity),
    );
    await digests.save();
    return {
      world,
      index: {
        v: 1,
        title: titleOf(settings.workspaceId, root),
        madeAt: new Date(now).toISOString(),
        entities: collector.entities,
        scenes: collector.scenes,
        runs: runCards(runs),
        stuck: stuckJobs(await readJobHistory(batchFolder), now)
          .filter(({ runId }) => runs.some(({ id }) => id === runId))
          .map(describeStuck),
        spentUsd: collector.spentUsd,
        pendingUsd: plan.totals.estimatedUsd,
      },
      details: collector.details,
      runs,
      pictures: shelf.paths,
      thumbnailsMade: thumbnails.made,
    };
  }
}

/** The workspace's name in words; the name of its folder if it has none. */
function titleOf(workspaceId: string, root: string): string {
  const name = workspaceId === DEFAULT_SETTINGS.workspaceId ? basename(root) : workspaceId;
  const words = name.replace(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

class Collector {
  readonly entities: EntityCard[] = [];
  readonly scenes: SceneCard[] = [];
  readonly details: EntityDetails[] = [];
  spentUsd = 0;

  constructor(
    readonly workspaceRoot: string,
    readonly shelf: Shelf,
    readonly history: History,
    readonly reports: ReadonlyMap<string, KeyedReports>,
    /** Pictures that a scene may adopt, by scene. */
    readonly candidates: ReadonlyMap<string, readonly string[]>,
  ) {}

  async add({ loaded, scenes }: EntityPlan): Promise<void> {
    const { entity, folder, diagnostics } = loaded;
    const entityIndex = this.entities.length;
    const errors = diagnostics.filter((one) => one.severity === 'error' && one.scene === undefined);
    const references = await this.#references(loaded);
    const portrait = references.find((one) => one.picture !== undefined)?.picture;
    this.entities.push({
      id: loaded.id,
      type: entity?.type ?? ENTITY_TYPES.find((type) => loaded.id.startsWith(`${type}/`)) ?? 'character',
      ...(entity?.chapterNumber === undefined ? {} : { chapter: entity.chapterNumber }),
      name: entity?.name ?? slugOfEntity(loaded),
      description: entity?.description ?? '',
      tags: entity?.tags ?? [],
      file: folder.file,
      ...(portrait === undefined ? {} : { portrait }),
      references: references.length,
      offCanon: references.flatMap(({ id, canon }) => (canon?.matches === false ? [id] : [])),
      errors: locateInWorkspace(this.workspaceRoot, errors).map(diagnosticLine),
      details: entityIndex,
    });
    const notes = await this.#notes(loaded);
    const { workspaceRoot, shelf } = this;
    const approvals =
      entity === undefined ? undefined : await approvalsOf({ workspaceRoot, digests: shelf.digests }, entity);
    const withTakes = entity === undefined ? [] : await scenesWithTakes(workspaceRoot, entity, REAL_PLACES);
    const views = await Promise.all(
      scenes.map(({ planned, item }) =>
        sceneView({
          workspaceRoot: this.workspaceRoot,
          shelf: this.shelf,
          history: this.history,
          entityIndex,
          planned,
          item,
          reports: latestOf(this.reports.get(planned.name), item.key),
          spares: withTakes.filter((one) => one.id === planned.scene.id && one.take !== planned.scene.take),
          candidates: this.candidates.get(planned.name) ?? [],
          approval: approvals?.scenes.get(planned.scene.id),
          notes: notes.get(planned.scene.id) ?? new Map<number, string>(),
        }),
      ),
    );
    // Authors write their scenes in the order of the story; planning sorts them by id.
    const order = new Map((entity?.scenes ?? []).map((scene, index) => [`${loaded.id}/${scene.id}`, index]));
    views.sort((a, b) => (order.get(a.card.id) ?? 0) - (order.get(b.card.id) ?? 0));
    this.scenes.push(...views.map((view) => view.card));
    for (const view of views) this.spentUsd += view.spentUsd;
    this.details.push({
      id: loaded.id,
      scenes: views.map((view) => view.details),
      references,
      appearance: entity?.appearance ?? '',
    });
  }

  async #references({ entity }: EntityPlan['loaded']): Promise<EntityDetails['references']> {
    if (entity === undefined) return [];
    return Promise.all(
      entity.pictures.map(async ({ id, paths, role, description }) => {
        const [first] = paths;
        const found = await Promise.all(paths.map((path) => this.#pictureAt(path)));
        const present = found.find((one) => one !== undefined);
        const sidecar = analysisPath(entity.root, first, REAL_PLACES);
        const analysis = await readAnalysis(this.workspaceRoot, sidecar, present?.sha256);
        return {
          id,
          role,
          description: description ?? '',
          ...(present === undefined ? {} : { picture: present.picture }),
          ...(analysis === undefined ? {} : { analysis: analysis.view }),
          ...(analysis?.canon === undefined ? {} : { canon: analysis.canon }),
        };
      }),
    );
  }

  async #pictureAt(
    path: string,
  ): Promise<{ readonly picture: PictureLink; readonly sha256: string | undefined } | undefined> {
    const picture = await this.shelf.file(path);
    if (picture === undefined) return undefined;
    const facts = await this.shelf.digests.find(path);
    return { picture, sha256: facts.kind === 'picture' ? facts.sha256 : undefined };
  }

  async #notes({ entity }: EntityPlan['loaded']): Promise<Map<string, Map<number, string>>> {
    const notes = new Map<string, Map<number, string>>();
    for (const file of new Set((entity?.scenes ?? []).map((scene) => scene.file))) {
      const ofFile = (entity?.scenes ?? []).filter((scene) => scene.file === file);
      for (const [scene, takes] of rejectionsIn(await textOf(this.workspaceRoot, file), ofFile)) {
        notes.set(scene, takes);
      }
    }
    return notes;
  }
}

/** Reports of a scene with the key that each was about. */
interface KeyedReports {
  readonly runs: string[];
  readonly byKey: Map<string, ReportedScene>;
}

async function reportsByScene(runs: readonly PastRun[]): Promise<Map<string, KeyedReports>> {
  const found = new Map<string, KeyedReports>();
  const entryOf = (scene: string): KeyedReports => {
    const present = found.get(scene) ?? { runs: [], byKey: new Map<string, ReportedScene>() };
    found.set(scene, present);
    return present;
  };
  for (const run of runs) {
    if (run.report === undefined) {
      for (const { name } of (await plannedItems(run.directory)).values())
        entryOf(sceneOfItem(name)).runs.push(run.id);
      continue;
    }
    if (run.report.target !== 'generate' || run.report.mode !== 'real') continue;
    for (const reported of reportedScenes(run.report)) {
      const entry = entryOf(reported.scene);
      if (isWorkOf(reported.outcome)) entry.runs.push(run.id);
      if (reported.key !== undefined) entry.byKey.set(reported.key, reported);
    }
  }
  return found;
}

/** A report says something of a scene only as long as the scene asks for the same. */
function latestOf(reports: KeyedReports | undefined, key: string | null): SceneReports {
  if (reports === undefined) return { runs: [], latest: undefined };
  return { runs: reports.runs, latest: key === null ? undefined : reports.byKey.get(key) };
}

/** Newest first. */
function runCards(runs: readonly PastRun[]): RunCard[] {
  return [...runs].reverse().flatMap(({ id, report, costUsd }): RunCard[] =>
    report?.target === 'analyze'
      ? []
      : [
          {
            id,
            startedAt: report?.startedAt ?? '',
            mode: report?.mode ?? 'real',
            totals: report?.totals ?? {},
            costUsd,
            durationMs: report?.durationMs ?? 0,
            stopMessage: report?.stopMessage ?? (report === undefined ? 'It has not ended.' : ''),
            sheet: `runs/${encodeURIComponent(id)}.html`,
          },
        ],
  );
}
