import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  analysisPath,
  dollars,
  PICTURE_EXTENSIONS,
  PREVIEW_PLACES,
  readRecipe,
  REAL_PLACES,
  requestText,
  scenePaths,
  wordDiff,
  type PlannedItem,
  type PlannedReference,
  type PlannedScene,
  type Recipe,
  type Scene,
  type SceneApproval,
  WHYS,
} from 'chargen-core';
import type {
  Candidate,
  CanonView,
  Fact,
  PictureLink,
  ReferenceView,
  ReviewView,
  SceneCard,
  SceneDetails,
  SceneFlag,
  SceneState,
} from '../model.js';
import type { Shelf } from '../pictures/shelf.js';
import { readAnalysis } from './analysis.js';
import type { History } from './history.js';
import type { ReportedScene } from './runs.js';
import { sceneStatus } from './scene-status.js';

/** What the runs of this machine said of a scene. */
export interface SceneReports {
  /** Ids of the runs that had something to do for it, oldest first. */
  readonly runs: readonly string[];
  /** What the newest report with the scene's present key said. */
  readonly latest: ReportedScene | undefined;
}

export interface SceneViewOptions {
  readonly workspaceRoot: string;
  readonly shelf: Shelf;
  readonly history: History;
  readonly entityIndex: number;
  readonly planned: PlannedScene;
  readonly item: PlannedItem;
  readonly reports: SceneReports;
  /** Its other takes that are in the folder. */
  readonly spares: readonly Scene[];
  /** Pictures in its folder that may be its own, if it has none. */
  readonly candidates: readonly string[];
  /** What people decided about its picture. */
  readonly approval: SceneApproval | undefined;
  /** What authors noted when they rejected takes of this scene. */
  readonly notes: ReadonlyMap<number, string>;
}

export interface SceneView {
  readonly card: SceneCard;
  readonly details: SceneDetails;
  /** US dollars; 0 if nothing is known. */
  readonly spentUsd: number;
}

export async function sceneView(options: SceneViewOptions): Promise<SceneView> {
  const { workspaceRoot, shelf, planned, item, reports, notes } = options;
  const { entity, scene, prompt } = planned;
  const paths = scenePaths(entity, scene, REAL_PLACES);
  const recipe = await presentRecipe(workspaceRoot, planned, paths.recipe);
  const picture = await firstPicture(shelf, paths);
  const previewPicture = await firstPicture(shelf, scenePaths(entity, scene, PREVIEW_PLACES));
  const { latest } = reports;
  const failure = latest?.outcome.kind === 'failed' ? latest.outcome : undefined;
  const status = sceneStatus(workspaceRoot, planned, item, failure);
  const analysis = picture && (await analysisOf(options, paths.picture('png'), picture.sha256));
  const canon = analysis?.canon ?? reportedCanon(latest);
  const versions = await options.history.versionsOf(planned.name, { recipe, notes });
  const shown = picture ?? previewPicture;
  const review = reviewOf(options.approval);
  const warnings = recipe?.warnings ?? [];
  const candidates = await candidatesFor(options, picture !== undefined && recipe !== undefined);
  const isOutdated = picture !== undefined && !SETTLED.includes(status.state);
  const flags = flagsOf({
    review,
    isOutdated,
    hasCandidate: candidates.length > 0,
    isPreviewOnly: picture === undefined && previewPicture !== undefined,
    versions,
    canon,
    notes,
    warnings,
  });
  const altText = analysis?.view.altText ?? '';
  return {
    spentUsd: recipe?.provenance.costUsd ?? 0,
    card: {
      id: planned.name,
      entity: options.entityIndex,
      title: scene.title,
      state: status.state,
      reason: status.reason,
      flags,
      tags: [...new Set([...scene.tags, ...(analysis?.tags ?? [])])],
      runs: [...new Set([...reports.runs, ...(recipe === undefined ? [] : [recipe.provenance.run])])],
      prompt: scene.prompt ?? prompt.text,
      aspectRatio: scene.aspectRatio,
      estimatedUsd: item.estimatedUsd,
      alt: altText === '' ? `${scene.title}, ${entity.name}` : altText,
      ...(shown === undefined ? {} : { picture: shown.link }),
      ...(review === undefined ? {} : { review }),
    },
    details: {
      ...(await wordsOf(options, recipe)),
      advice: status.advice,
      warnings,
      ...(analysis === undefined ? {} : { analysis: analysis.view }),
      ...(canon === undefined ? {} : { canon }),
      ...(previewPicture === undefined ? {} : { preview: previewPicture.link }),
      versions,
      candidates,
      takes: await takesOf(options, picture),
    },
  };
}

type WrittenDetails = Pick<
  SceneDetails,
  | 'id'
  | 'prompt'
  | 'leftOut'
  | 'references'
  | 'settings'
  | 'recipe'
  | 'changed'
  | 'diagnostics'
  | 'locked'
  | 'take'
  | 'ownPrompt'
  | 'file'
>;

/** What is written of a scene and of the request for its picture. */
async function wordsOf(
  { shelf, planned, item }: SceneViewOptions,
  recipe: Recipe | undefined,
): Promise<WrittenDetails> {
  const { scene, prompt } = planned;
  return {
    id: planned.name,
    prompt: prompt.sections,
    leftOut: prompt.leftOut.map(({ text, source, why }) => ({ section: WHYS[why], text, source })),
    references: await Promise.all(planned.references.map((one) => referenceView(shelf, one))),
    settings: settingsOf(planned, item),
    recipe: recipe === undefined ? [] : recipeFacts(recipe),
    changed: recipe === undefined ? [] : wordDiff(requestText(recipe.request), prompt.text),
    diagnostics: planned.diagnostics.map((one) => one.message),
    locked: scene.locked,
    take: scene.take,
    ...(scene.prompt === undefined ? {} : { ownPrompt: scene.prompt }),
    file: scene.file,
  };
}

/** States in which a picture is what is asked for, or what its author wants. */
const SETTLED: readonly SceneState[] = ['done', 'locked', 'edited'];

async function candidatesFor(
  { shelf, candidates }: SceneViewOptions,
  hasPicture: boolean,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const path of hasPicture ? [] : candidates) {
    const picture = await shelf.file(path);
    if (picture?.thumb !== undefined) found.push({ path, picture });
  }
  return found;
}

async function takesOf(
  { shelf, planned, spares }: SceneViewOptions,
  named: FoundPicture | undefined,
): Promise<SceneDetails['takes']> {
  const { entity, scene } = planned;
  const takes: SceneDetails['takes'][number][] =
    named === undefined ? [] : [{ take: scene.take, picture: named.link }];
  for (const spare of spares) {
    const found = await firstPicture(shelf, scenePaths(entity, spare, REAL_PLACES));
    if (found !== undefined) takes.push({ take: spare.take, picture: found.link });
  }
  return takes.sort((a, b) => a.take - b.take);
}

function reviewOf(approval: SceneApproval | undefined): ReviewView | undefined {
  if (approval?.sha256 === undefined) return undefined;
  const { state, sha256, note = '' } = approval;
  return { state, sha256, note };
}

function analysisOf(
  { workspaceRoot, planned }: SceneViewOptions,
  picture: string,
  sha256: string | undefined,
): ReturnType<typeof readAnalysis> {
  return readAnalysis(workspaceRoot, analysisPath(planned.entity.root, picture, REAL_PLACES), sha256);
}

function flagsOf({
  review,
  isPreviewOnly,
  isOutdated,
  hasCandidate,
  versions,
  canon,
  notes,
  warnings,
}: Pick<SceneDetails, 'versions' | 'warnings'> &
  Pick<SceneViewOptions, 'notes'> & {
    readonly review: ReviewView | undefined;
    readonly isPreviewOnly: boolean;
    readonly isOutdated: boolean;
    readonly hasCandidate: boolean;
    readonly canon: SceneDetails['canon'] | undefined;
  }): SceneFlag[] {
  return [
    ...(review === undefined ? [] : [review.state]),
    ...(isPreviewOnly ? ['preview-only' as const] : []),
    ...(isOutdated ? ['outdated' as const] : []),
    ...(hasCandidate ? ['candidate' as const] : []),
    ...(versions.filter((one) => one.picture !== undefined).length > 1 ? ['replaced' as const] : []),
    ...(canon?.matches === false ? ['off-canon' as const] : []),
    ...(notes.size > 0 ? ['rejected-take' as const] : []),
    ...(warnings.length > 0 ? ['shape' as const] : []),
  ];
}

interface FoundPicture {
  readonly link: PictureLink;
  readonly sha256: string | undefined;
}

async function firstPicture(
  shelf: Shelf,
  paths: ReturnType<typeof scenePaths>,
): Promise<FoundPicture | undefined> {
  for (const extension of PICTURE_EXTENSIONS) {
    const path = paths.picture(extension);
    const link = await shelf.file(path);
    if (link === undefined) continue;
    const facts = await shelf.digests.find(path);
    return { link, sha256: facts.kind === 'picture' ? facts.sha256 : undefined };
  }
  return undefined;
}

async function presentRecipe(
  workspaceRoot: string,
  planned: PlannedScene,
  path: string,
): Promise<Recipe | undefined> {
  if (planned.state.kind === 'done') return planned.state.recipe;
  const read = await readRecipe(join(workspaceRoot, path));
  return read.kind === 'present' ? read.value : undefined;
}

function reportedCanon(latest: ReportedScene | undefined): CanonView | undefined {
  const canon = latest?.canon;
  return canon === undefined ? undefined : { ...canon, verified: [] };
}

async function referenceView(shelf: Shelf, planned: PlannedReference): Promise<ReferenceView> {
  const { reference, state, file, why } = planned;
  const path = file?.path ?? (reference.kind === 'file' ? reference.paths[0] : undefined);
  const picture = path === undefined ? undefined : await shelf.file(path);
  return {
    name: reference.name,
    role: reference.role,
    state,
    why: why ?? '',
    ...(reference.kind === 'scene'
      ? { scene: `${reference.entity.type}/${reference.entity.slug}/${reference.scene.id}` }
      : {}),
    ...(picture === undefined ? {} : { picture }),
  };
}

function settingsOf({ scene, model }: PlannedScene, item: PlannedItem): Fact[] {
  return [
    ['Model', model],
    ['Shape', scene.aspectRatio],
    ['Size', scene.imageSize],
    ['Take', String(scene.take)],
    ...(scene.temperature === undefined ? [] : [['Temperature', String(scene.temperature)] as const]),
    ...(item.key === null ? [] : [['Key', item.key] as const]),
    ...(item.state === 'pending' || item.state === 'waits'
      ? [['Expected cost', item.estimatedUsd === null ? 'unknown' : dollars(item.estimatedUsd)] as const]
      : []),
  ];
}

function recipeFacts({ picture, provenance, request, key, drafts }: Recipe): Fact[] {
  const { usage } = provenance;
  const { imageConfig } = request.request.generationConfig;
  return [
    ['Model', provenance.modelVersion ?? provenance.model],
    ['Made', provenance.finishedAt],
    ['Cost', provenance.costUsd === null ? 'unknown' : dollars(provenance.costUsd)],
    ['Picture', `${picture.width} × ${picture.height}, ${picture.mimeType.slice(6).toUpperCase()}`],
    [
      'Asked for',
      [imageConfig?.aspectRatio, imageConfig?.imageSize].filter((one) => one !== undefined).join(', '),
    ],
    ['Take', String(request.take)],
    ['Run', provenance.run],
    ['Job', provenance.job],
    ...(usage === undefined
      ? []
      : [
          [
            'Tokens',
            `${usage.promptTokens} in, ${usage.candidateTokens} out, ${usage.thoughtTokens} thinking`,
          ] as const,
        ]),
    ...(drafts > 0 ? [['Drafts', `${drafts} billed`] as const] : []),
    ...(provenance.responseId === undefined ? [] : [['Answer', provenance.responseId] as const]),
    ['Key', key],
    ['Digest', picture.sha256],
  ];
}

/** The text of a workspace file; empty if it cannot be read. */
export async function textOf(workspaceRoot: string, path: string): Promise<string> {
  try {
    return await readFile(join(workspaceRoot, path), 'utf8');
  } catch {
    return '';
  }
}
