import type {
  Adopted,
  Applied,
  Change,
  NowPlan,
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

type Shape = Readonly<Record<string, 'string' | 'number' | 'object'>>;
type Check<T> = (value: unknown) => value is T;

const MESSAGE: Shape = { message: 'string' };

/** Whether a value is one of the answers that are known: of each kind, the fields that it must have. */
function oneOf<T extends { readonly kind: string }>(shapes: Readonly<Record<T['kind'], Shape>>): Check<T> {
  const known = new Map<unknown, Shape>(Object.entries(shapes));
  return (value): value is T => {
    const shape = known.get(fieldOf(value, 'kind'));
    if (shape === undefined) return false;
    return Object.entries(shape).every(([field, type]) => {
      const found = fieldOf(value, field);
      return typeof found === type && found !== null;
    });
  };
}

const isSession = oneOf<{ kind: 'session' }>({ session: {} });
const isStopping = oneOf<{ kind: 'stopping' }>({ stopping: {} });
const isProposal = oneOf<Proposal>({
  proposed: { file: 'string', digest: 'string', lines: 'object', notes: 'object' },
  unchanged: MESSAGE,
  refused: MESSAGE,
});
const isApplied = oneOf<Applied>({ applied: { file: 'string' }, conflict: MESSAGE, refused: MESSAGE });
const isReviewed = oneOf<Reviewed>({ reviewed: { at: 'number', reviews: 'object', refused: 'object' } });
const isRunPlan = oneOf<RunPlan>({
  plan: { cost: 'string', pictures: 'object', causes: 'object', later: 'object', edited: 'object' },
});
const isNowPlan = oneOf<NowPlan>({ 'now-plan': { pictures: 'object', cost: 'string' } });
const isStarted = oneOf<RunStarted>({ started: {}, refused: MESSAGE });
const isSettled = oneOf<SettledEdit>({ settled: MESSAGE, refused: MESSAGE });
const isAdopted = oneOf<Adopted>({ adopted: MESSAGE, refused: MESSAGE });
const isUsed = oneOf<UsedTake>({ used: { before: 'number', message: 'string' }, refused: MESSAGE });
const isStatus = oneOf<RunStatus>({ idle: {}, running: { phase: 'string' }, ended: { summary: 'string' } });
const isEventKind = oneOf<ServerEvent>({
  status: { status: 'object' },
  line: { text: 'string' },
  review: { reviews: 'object', at: 'number' },
  data: {},
});

/** Whether a server of chargen stands behind this page. */
export async function hasServer(): Promise<boolean> {
  if (!location.protocol.startsWith('http')) return false;
  try {
    const response = await fetch(`${API}session`);
    return response.ok && isSession(await response.json());
  } catch {
    return false;
  }
}

export const propose = (change: Change): Promise<Proposal> => ask('propose', { change }, isProposal);

export const apply = (change: Change, digest: string): Promise<Applied> =>
  ask('apply', { change, digest }, isApplied);

/** Writes what a person decided about pictures. */
export const review = (orders: readonly ReviewOrder[]): Promise<Reviewed> =>
  ask('review', { orders }, isReviewed);

/** What a run of these scenes would do. */
export const planRun = (scenes: readonly string[]): Promise<RunPlan> => ask('plan', { scenes }, isRunPlan);

/** Starts a run of these scenes, and of those that they show and that have no picture. */
export const startRun = (scenes: readonly string[]): Promise<RunStarted> => ask('run', { scenes }, isStarted);

/** What these pictures cost if each is made at once, by a request of its own at full price. */
export const planNow = (scenes: readonly string[]): Promise<NowPlan> =>
  ask('plan-now', { scenes }, isNowPlan);

/** Makes pictures at once, for the price that was agreed to. */
export const makeNow = (scenes: readonly string[], cost: string): Promise<RunStarted> =>
  ask('now', { scenes, cost }, isStarted);

/** Makes another take the picture of its scene. */
export const useTake = (scene: string, take: number): Promise<UsedTake> =>
  ask('use', { scene, take }, isUsed);

/** Keeps an edited picture, or brings back the one that was made. */
export const settleEdited = (scene: string, choice: 'keep' | 'discard'): Promise<SettledEdit> =>
  ask('edited', { scene, choice }, isSettled);

/** Makes a picture that is in the folder that of a scene. */
export const adopt = (scene: string, picture: string): Promise<Adopted> =>
  ask('adopt', { scene, picture }, isAdopted);

export async function stopRun(): Promise<void> {
  await ask('stop', {}, isStopping);
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
    if (isEventKind(event) && (event.kind !== 'status' || isStatus(event.status))) onEvent(event);
  });
}

async function ask<T>(name: string, body: unknown, isKnown: Check<T>): Promise<T> {
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
  if (!response.ok) {
    const message = fieldOf(answer, 'message');
    throw new ApiError(typeof message === 'string' ? message : `The server answered ${response.status}.`);
  }
  if (!isKnown(answer)) throw new ApiError('The server gave an answer that this page does not know.');
  return answer;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, field)?.value
    : undefined;
}
