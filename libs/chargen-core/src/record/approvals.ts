import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entity, LocatedDiagnostic, Scene } from '../content/index.js';
import { presentPicture, REAL_PLACES, sceneName, type FileDigests } from '../plan/index.js';
import { isMissing, whyUnreadable } from '../util/fs-error.js';
import { replaceIfUnchanged } from '../util/replace-authored.js';
import { restoreAside } from '../util/restore-aside.js';
import {
  approvalPath,
  lineFor,
  MAX_NOTE,
  readApprovalText,
  withApprovalLine,
  type ApprovalLine,
  type ApprovalText,
  type Verdict,
} from './approval-file.js';
import { NOT_UTF8, textOf } from './authored-text.js';
import { bytesAt } from './lay-file.js';
import { mergeByLines } from './merge-attributes.js';

export type ApprovalState = Verdict | 'unreviewed';

/** What people decided about the picture that is in a scene's place now. */
export interface SceneApproval {
  readonly state: ApprovalState;
  /** Relative to the workspace; undefined if the scene has no picture. */
  readonly picture: string | undefined;
  /** Of the picture, also if only the Git LFS pointer to it is here. */
  readonly sha256: string | undefined;
  readonly note: string | undefined;
  /** When it was reviewed: ISO 8601, UTC. */
  readonly at: string | undefined;
}

export interface EntityApprovals {
  /** By scene id; each scene of the entity is there. */
  readonly scenes: ReadonlyMap<string, SceneApproval>;
  /** Lines of the approval file that cannot be read. All others count. */
  readonly diagnostics: readonly LocatedDiagnostic[];
}

export interface ApprovalContext {
  readonly workspaceRoot: string;
  readonly digests: FileDigests;
}

/**
 * The state of approval of each scene of an entity. It is that of the picture's bytes: a scene whose picture was made
 * anew, edited or replaced by another take is unreviewed. A renamed scene keeps the approval of its picture.
 * Only reads; a picture is hashed only if it changed since the last look of `digests`.
 */
export async function approvalsOf(context: ApprovalContext, entity: Entity): Promise<EntityApprovals> {
  const file = approvalPath(entity);
  const read = await readApprovals(context.workspaceRoot, file);
  const scenes = new Map<string, SceneApproval>();
  for (const scene of entity.scenes) {
    scenes.set(scene.id, approvalIn(read, entity, scene, await pictureOf(context, entity, scene)));
  }
  return { scenes, diagnostics: read.problems };
}

function approvalIn(
  read: ApprovalText,
  entity: Entity,
  scene: Scene,
  picture: PresentPicture | undefined,
): SceneApproval {
  const line = picture === undefined ? undefined : lineOf(read, entity, scene, picture.sha256);
  return {
    state: line?.verdict ?? 'unreviewed',
    picture: picture?.path,
    sha256: picture?.sha256,
    note: line?.note,
    at: line?.at,
  };
}

/** Its own line, else that of a scene that is gone and had the same picture. */
function lineOf(read: ApprovalText, entity: Entity, { id }: Scene, sha256: string): ApprovalLine | undefined {
  const own = lineFor(read, id, sha256);
  if (own !== undefined) return own;
  const known = new Set([...entity.scenes.map((one) => one.id), ...(entity.unread ?? [])]);
  const gone = read.lines.find(({ line }) => line.picture === sha256 && !known.has(line.scene));
  return gone === undefined ? undefined : lineFor(read, gone.line.scene, sha256);
}

interface PresentPicture {
  readonly path: string;
  readonly sha256: string;
}

async function pictureOf(
  { workspaceRoot, digests }: ApprovalContext,
  entity: Entity,
  scene: Scene,
): Promise<PresentPicture | undefined> {
  const present = await presentPicture(
    { world: { workspaceRoot }, places: REAL_PLACES, digests },
    entity,
    scene,
  );
  if (present.kind === 'absent') return undefined;
  const { path, facts } = present;
  if (facts.verdict.kind === 'empty') return undefined;
  return { path, sha256: facts.verdict.kind === 'lfs-pointer' ? facts.verdict.oid : facts.sha256 };
}

async function readApprovals(workspaceRoot: string, file: string): Promise<ApprovalText> {
  try {
    const text = textOf(await readFile(join(workspaceRoot, file)));
    return text === undefined ? unreadable(file, NOT_UTF8) : readApprovalText(text, file);
  } catch (error) {
    return isMissing(error) ? { lines: [], problems: [] } : unreadable(file, whyUnreadable(error));
  }
}

function unreadable(file: string, why: string): ApprovalText {
  const message = `The approvals cannot be read: ${why}.`;
  const place = { file, line: 1, column: 1, excerpt: '' };
  return { lines: [], problems: [{ severity: 'error', code: 'approval-damaged', message, ...place }] };
}

export interface Review {
  /** `unreviewed` takes back what was decided. */
  readonly state: ApprovalState;
  /** One line or several; written as one. */
  readonly note?: string | undefined;
  /** sha256 of the picture that the person saw; if another one is there now, nothing is written. */
  readonly seen?: string | undefined;
  /** What an undo takes back; if something else was decided since, nothing is written. */
  readonly instead?: { readonly state: ApprovalState; readonly note: string } | undefined;
}

export type ReviewOutcome =
  /** `before` is what stood there, to be written back by an undo. */
  | { readonly kind: 'written' | 'unchanged'; readonly file: string; readonly before: SceneApproval }
  /** Nothing was written; `why` is a sentence. `since` is what was decided since, if an undo is refused for that. */
  | { readonly kind: 'refused'; readonly file: string; readonly why: string; readonly since?: SceneApproval };

/** How often a file is read anew that other reviewers write in the same moment. */
const TRIES = 10;

export interface ReviewOf {
  readonly scene: Scene;
  readonly review: Review;
}

/** Writes what a person decided about the picture of a scene. `now` is in milliseconds since 1970. */
export async function reviewScene(
  context: ApprovalContext,
  entity: Entity,
  scene: Scene,
  review: Review,
  now: number,
): Promise<ReviewOutcome> {
  const [outcome] = await reviewScenes(context, entity, [{ scene, review }], now);
  if (outcome === undefined) throw new Error('One review has one outcome.');
  return outcome;
}

/**
 * Writes what a person decided about pictures of an entity: one after the other, so that each sees those before it, and
 * into the file at once. Gives the outcome of each, in the same order. `now` is in milliseconds since 1970.
 */
export async function reviewScenes(
  context: ApprovalContext,
  entity: Entity,
  reviews: readonly ReviewOf[],
  now: number,
): Promise<ReviewOutcome[]> {
  const { workspaceRoot, digests } = context;
  const file = approvalPath(entity);
  const path = join(workspaceRoot, file);
  const refused = (why: string): ReviewOutcome[] => reviews.map(() => ({ kind: 'refused', file, why }));
  // A process that was killed while it wrote left the file aside.
  await restoreAside(join(workspaceRoot, entity.root));
  digests.lookAgain();
  for (let tries = 0; tries < TRIES; tries += 1) {
    const bytes = await bytesAt(path);
    let text = bytes === undefined ? '' : textOf(bytes);
    if (text === undefined) return refused(`${file} cannot be changed: ${NOT_UTF8}.`);
    const [problem] = readApprovalText(text, file).problems;
    if (problem !== undefined) return refused(`${file}:${problem.line}: ${problem.message}`);
    const outcomes: ReviewOutcome[] = [];
    for (const { scene, review } of reviews) {
      const read = readApprovalText(text, file);
      const before = approvalIn(read, entity, scene, await pictureOf(context, entity, scene));
      const outcome = outcomeOf(entity, scene, review, before);
      outcomes.push(outcome);
      if (outcome.kind === 'written' && before.sha256 !== undefined) {
        text = withApprovalLine(read, scene.id, nextLine(scene, before.sha256, review, now));
      }
    }
    if (outcomes.every(({ kind }) => kind !== 'written')) return outcomes;
    if (bytes === undefined) await mergeByLines(workspaceRoot);
    if ((await replaceIfUnchanged(path, bytes, text)).kind === 'replaced') return outcomes;
  }
  return refused(`${file} is written again and again by another program. Try again.`);
}

/** What becomes of a review, given what stands there before it. */
function outcomeOf(
  entity: Entity,
  scene: Scene,
  { state, note: words, seen, instead }: Review,
  before: SceneApproval,
): ReviewOutcome {
  const file = approvalPath(entity);
  const name = sceneName(entity, scene);
  const refused = (why: string): ReviewOutcome => ({ kind: 'refused', file, why });
  const note = oneLine(words ?? '');
  if (note.length > MAX_NOTE) {
    return refused(`The note has ${note.length} characters; at most ${MAX_NOTE} fit.`);
  }
  if (before.sha256 === undefined) return refused(`${name} has no picture that could be reviewed.`);
  if (seen !== undefined && seen !== before.sha256) {
    return refused(`${name} has another picture by now. Look at it first.`);
  }
  const noteBefore = before.note ?? '';
  if (before.state === state && noteBefore === note) return { kind: 'unchanged', file, before };
  if (instead !== undefined && (before.state !== instead.state || noteBefore !== oneLine(instead.note))) {
    const why = `${name} stays ${before.state}: this was decided since.`;
    return { kind: 'refused', file, why, since: before };
  }
  return { kind: 'written', file, before };
}

function oneLine(note: string): string {
  return note.replace(/\s+/g, ' ').trim();
}

function nextLine(
  { id }: Scene,
  picture: string,
  { state, note: words }: Review,
  now: number,
): ApprovalLine | undefined {
  if (state === 'unreviewed') return undefined;
  const note = oneLine(words ?? '');
  const at = new Date(now).toISOString();
  return { scene: id, verdict: state, picture, at, ...(note === '' ? {} : { note }) };
}
