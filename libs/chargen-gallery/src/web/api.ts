import type { ReviewView } from '../model.js';
import type {
  Applied,
  Change,
  Proposal,
  Reviewed,
  ReviewOrder,
  RunPlan,
  RunStarted,
  RunStatus,
  ServerEvent,
  SettledEdit,
  UsedTake,
} from '../protocol.js';

/** The server's folder as seen from the page. */
const API = '../../api/';

/** Something that did not come about, in words for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
}

/** Whether a server of chargen stands behind this page. */
export async function hasServer(): Promise<boolean> {
  if (!location.protocol.startsWith('http')) return false;
  try {
    const response = await fetch(`${API}session`);
    return response.ok && kindOf(await response.json()) === 'session';
  } catch {
    return false;
  }
}

export async function propose(change: Change): Promise<Proposal> {
  const answer = await post('propose', { change });
  if (!isProposal(answer)) throw new ApiError('The server gave an answer that this page does not know.');
  return answer;
}

export async function apply(change: Change, digest: string): Promise<Applied> {
  const answer = await post('apply', { change, digest });
  if (!isApplied(answer)) throw new ApiError('The server gave an answer that this page does not know.');
  return answer;
}

/** Writes what a person decided about a picture. */
export async function review(order: ReviewOrder): Promise<Reviewed> {
  const answer = await post('review', order);
  if (!isReviewed(answer)) throw new ApiError('The server gave an answer that this page does not know.');
  return answer;
}

/** What a run of these scenes would do. */
export async function planRun(scenes: readonly string[]): Promise<RunPlan> {
  const answer = await post('plan', { scenes });
  if (!isRunPlan(answer)) throw new ApiError('The server gave an answer that this page does not know.');
  return answer;
}

/** Makes another take the picture of its scene. */
export async function useTake(scene: string, take: number): Promise<UsedTake> {
  const answer = await post('use', { scene, take });
  if (!isUsed(answer)) throw new ApiError('The server gave an answer that this page does not know.');
  return answer;
}

/** Keeps an edited picture, or brings back the one that was made. */
export async function settleEdited(scene: string, choice: 'keep' | 'discard'): Promise<SettledEdit> {
  const answer = await post('edited', { scene, choice });
  if (!isSettled(answer)) throw new ApiError('The server gave an answer that this page does not know.');
  return answer;
}

/** Starts a run of these scenes, and of those that they show and that have no picture. */
export async function startRun(scenes: readonly string[]): Promise<RunStarted> {
  const answer = await post('run', { scenes });
  if (!isStarted(answer)) throw new ApiError('The server gave an answer that this page does not know.');
  return answer;
}

export async function stopRun(): Promise<void> {
  await post('stop', {});
}

/** Listens to the server until the page is closed; the browser connects again by itself. */
export function listen(onEvent: (event: ServerEvent) => void, onLost: (isLost: boolean) => void): void {
  const source = new EventSource(`${API}events`);
  source.addEventListener('open', () => {
    onLost(false);
  });
  source.addEventListener('error', () => {
    onLost(true);
  });
  source.addEventListener('message', (message: MessageEvent<unknown>) => {
    if (typeof message.data !== 'string') return;
    const event: unknown = JSON.parse(message.data);
    if (isEvent(event)) onEvent(event);
  });
}

async function post(name: string, body: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(API + name, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // Of a small one only: browsers reject more than 64 KiB. It arrives also if the page is closed meanwhile.
      keepalive: name === 'review',
    });
  } catch {
    throw new ApiError('The server does not answer. Start it again: chargen gallery --serve');
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const message = fieldOf(answer, 'message');
  throw new ApiError(typeof message === 'string' ? message : `The server answered ${response.status}.`);
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, field)?.value
    : undefined;
}

function kindOf(value: unknown): unknown {
  return fieldOf(value, 'kind');
}

function hasMessage(value: unknown): boolean {
  return typeof fieldOf(value, 'message') === 'string';
}

function isProposal(value: unknown): value is Proposal {
  switch (kindOf(value)) {
    case 'proposed':
      return (
        typeof fieldOf(value, 'file') === 'string' &&
        typeof fieldOf(value, 'digest') === 'string' &&
        Array.isArray(fieldOf(value, 'lines')) &&
        Array.isArray(fieldOf(value, 'notes'))
      );
    case 'unchanged':
    case 'refused':
      return hasMessage(value);
    default:
      return false;
  }
}

function isApplied(value: unknown): value is Applied {
  switch (kindOf(value)) {
    case 'applied':
      return typeof fieldOf(value, 'file') === 'string';
    case 'conflict':
    case 'refused':
      return hasMessage(value);
    default:
      return false;
  }
}

function isStarted(value: unknown): value is RunStarted {
  return kindOf(value) === 'started' || (kindOf(value) === 'refused' && hasMessage(value));
}

function isEvent(value: unknown): value is ServerEvent {
  switch (kindOf(value)) {
    case 'status':
      return isStatus(fieldOf(value, 'status'));
    case 'line':
      return typeof fieldOf(value, 'text') === 'string';
    case 'review':
      return (
        typeof fieldOf(value, 'scene') === 'string' &&
        typeof fieldOf(value, 'at') === 'number' &&
        isReview(fieldOf(value, 'review'))
      );
    case 'data':
      return true;
    default:
      return false;
  }
}

function isRunPlan(value: unknown): value is RunPlan {
  const lists = ['pictures', 'causes', 'later', 'edited'];
  return (
    kindOf(value) === 'plan' &&
    typeof fieldOf(value, 'cost') === 'string' &&
    lists.every((list) => Array.isArray(fieldOf(value, list)))
  );
}

function isSettled(value: unknown): value is SettledEdit {
  return (kindOf(value) === 'settled' || kindOf(value) === 'refused') && hasMessage(value);
}

function isUsed(value: unknown): value is UsedTake {
  const isKnown = kindOf(value) === 'refused' || typeof fieldOf(value, 'before') === 'number';
  return isKnown && hasMessage(value);
}

function isReviewed(value: unknown): value is Reviewed {
  return kindOf(value) === 'reviewed'
    ? isReview(fieldOf(value, 'review')) && typeof fieldOf(value, 'at') === 'number'
    : kindOf(value) === 'refused' && hasMessage(value);
}

function isReview(value: unknown): value is ReviewView {
  const state = fieldOf(value, 'state');
  return (
    (state === 'unreviewed' || state === 'approved' || state === 'rejected') &&
    typeof fieldOf(value, 'sha256') === 'string' &&
    typeof fieldOf(value, 'note') === 'string'
  );
}

function isStatus(value: unknown): value is RunStatus {
  return ['idle', 'running', 'ended'].some((kind) => kind === kindOf(value));
}
