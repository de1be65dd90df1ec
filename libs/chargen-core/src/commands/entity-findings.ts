import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EntityTexts,
  locateInWorkspace,
  type Entity,
  type LoadedEntity,
  type LocatedDiagnostic,
  type ReferenceDisk,
  type Scene,
  type World,
} from '../content/index.js';
import {
  countedScene,
  scenePaths,
  type CountedScene,
  type FileDigests,
  type Places,
  type PlannedScene,
  type Planner,
} from '../plan/index.js';
import { freeItem, type PlannedItem } from '../pipeline/plan-item.js';
import { looksMade } from './looks-made.js';
import { planDiagnostics } from './plan-diagnostics.js';

/** What a plan states of a scene, or of a take of it. */
export interface ListedScene {
  /** Of the scene, also of a take. */
  readonly id: string;
  readonly item: PlannedItem;
  /** Of its files, relative to the workspace, without an extension. */
  readonly stem: string;
  /** The beginning of what it asks for, on one line. */
  readonly words: string;
}

/** The same before the scenes of the world are added up: its item has no cost yet. */
export interface SceneFindings extends ListedScene {
  readonly counted: CountedScene;
}

export interface TakeFindings extends SceneFindings {
  readonly isUnasked: boolean;
}

/** What is found out about an entity by itself; the plan of a world is made from these. */
export interface EntityFindings {
  readonly isBroken: boolean;
  /** Scenes that errors keep from being read. */
  readonly unreadScenes: number;
  readonly scenes: readonly (SceneFindings & {
    /** See `looksMade`. */
    readonly looksMade: boolean;
    readonly takes: readonly TakeFindings[];
  })[];
  readonly diagnostics: readonly LocatedDiagnostic[];
}

/** The scenes of an entity, judged. */
export interface JudgedScenes {
  readonly scenes: readonly PlannedScene[];
  /** Their other takes, in the order of the scenes. */
  readonly takes: readonly (readonly PlannedScene[])[];
}

export interface FindingTools {
  readonly workspaceRoot: string;
  readonly world: World;
  readonly places: Places;
  readonly digests: FileDigests;
}

export async function judgeScenes(
  planner: Planner,
  entity: Entity,
  wanted: readonly Scene[],
): Promise<JudgedScenes> {
  const scenes = await Promise.all(wanted.map((scene) => planner.plan(entity, scene)));
  const takes: PlannedScene[][] = [];
  for (const { scene } of scenes) takes.push(await planner.spares(entity, scene));
  return { scenes, takes };
}

/** `texts` are asked for places of diagnostics. */
export async function findingsOf(
  tools: FindingTools,
  loaded: LoadedEntity,
  judged: JudgedScenes,
  texts: EntityTexts,
): Promise<EntityFindings> {
  const { workspaceRoot, world, digests } = tools;
  const { entity } = loaded;
  const made = await looksMade(workspaceRoot, loaded, judged.scenes, digests.looked);
  const scenes: EntityFindings['scenes'][number][] = [];
  for (const [index, planned] of judged.scenes.entries()) {
    const takes: TakeFindings[] = [];
    for (const take of judged.takes[index] ?? [])
      takes.push({ ...(await findingsOfScene(tools, take)), isUnasked: take.isUnasked === true });
    scenes.push({
      ...(await findingsOfScene(tools, planned)),
      looksMade: made.has(planned.scene.id),
      takes,
    });
  }
  const reported = judged.scenes.map((planned) => ({
    errors: planned.state.kind === 'blocked' ? planned.state.diagnostics : [],
    others: planned.diagnostics,
  }));
  const found = planDiagnostics(world, loaded, reported, diskOf(tools));
  return {
    isBroken: entity === undefined,
    unreadScenes: entity?.unread?.length ?? 0,
    scenes,
    diagnostics: locateInWorkspace(workspaceRoot, found, texts.textOf),
  };
}

/** More than any terminal shows of a prompt. */
const MOST_WORDS = 200;

async function findingsOfScene(
  { places, digests }: FindingTools,
  planned: PlannedScene,
): Promise<SceneFindings> {
  const { entity, scene, prompt } = planned;
  return {
    id: scene.id,
    counted: countedScene(planned),
    item: await freeItem(planned, digests),
    stem: scenePaths(entity, scene, places).stem,
    words: onOneLine(scene.prompt ?? prompt.text),
  };
}

/** The beginning of a text. A prompt is forty times as long. */
function onOneLine(text: string): string {
  const squeezed = (part: string): string => part.replace(/\s+/g, ' ').trim().slice(0, MOST_WORDS);
  // What was cut may be a space that is gone by now.
  const begun = squeezed(text.slice(0, MOST_WORDS * 2));
  return begun.length === MOST_WORDS ? begun : squeezed(text);
}

/** What diagnostics ask of the disk; whether a path exists is asked once. */
function diskOf({ workspaceRoot, digests }: FindingTools): ReferenceDisk {
  const known = new Map<string, boolean>();
  const exists = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const absolute = join(workspaceRoot, path);
    digests.looked?.look(absolute);
    const isThere = existsSync(absolute);
    known.set(path, isThere);
    return isThere;
  };
  return { exists, advice: (paths) => digests.adviceOn(paths) };
}
