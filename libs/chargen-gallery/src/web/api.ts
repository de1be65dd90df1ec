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

/** Whether the server did what it was asked for is not known. */
export class NoAnswer extends ApiError {}

interface Kind {
  readonly kind: string;
}
/** What is refused is thrown. */
type Done<T extends Kind> = Exclude<T, { readonly kind: 'refused' }>;
type Shape = Readonly<Record<string, 'string' | 'number' | 'object'>>;

const MESSAGE: Shape = { message: 'string' };

/** Whether a value is one of the answers that are known: of each kind, the fields that it must have. */
function isOneOf<T extends Kind>(value: unknown, shapes: Readonly<Record<T['kind'], Shape>>): value is T {
  const shape = new Map<unknown, Shape>(Object.entries(shapes)).get(fieldOf(value, 'kind'));
  if (shape === undefined) return false;
  return Object.entries(shape).every(([field, type]) => {
    const found = fieldOf(value, field);
    return typeof found === type && found !== null;
  });
}

/** Whether a server of chargen stands behind this page. */
export async function hasServer(): Promise<boolean> {
  if (!location.protocol.startsWith('http')) return false;
  try {
    const response = await fetch(`${API}session`);
    return response.ok && isOneOf(await response.json(), { session: {} });
  } catch {
    return false;
  }
}

export const propose = (change: Change): Promise<Done<Proposal>> =>
  ask<Proposal>(
    'propose',
    { change },
    { proposed: { file: 'string', digest: 'string', lines: 'object', notes: 'object' }, unchanged: MESSAGE },
  );

export const apply = (change: Change, digest: string): Promise<Done<Applied>> =>
  ask<Applied>('apply', { change, digest }, { applied: { file: 'string' }, conflict: MESSAGE });

/** Writes what a person decided about pictures. */
export const review = (orders: readonly ReviewOrder[]): Promise<Reviewed> =>
  ask<Reviewed>(
    'review',
    { orders },
    { reviewed: { at: 'number', reviews: 'object', stayed: 'object', refused: 'object' } },
  );

/** What a run of these scenes would do. */
export const planRun = (scenes: readonly string[]): Promise<RunPlan> =>
  ask<RunPlan>(
    'plan',
    { scenes },
    {
      plan: {
        digest: 'string',
        cost: 'string',
        pictures: 'object',
        causes: 'object',
        later: 'object',
        edited: 'object',
      },
    },
  );

/** Starts the run of these scenes of which the plan with this digest was shown. */
export const startRun = (scenes: readonly string[], plan: string): Promise<Done<RunStarted>> =>
  ask<RunStarted>('run', { scenes, plan }, { started: {} });

/** What these pictures cost if each is made at once, by a request of its own at full price. */
export const planNow = (scenes: readonly string[]): Promise<NowPlan> =>
  ask<NowPlan>('plan-now', { scenes }, { 'now-plan': { pictures: 'object', cost: 'string' } });

/** Makes pictures at once, for the price that was agreed to. */
export const makeNow = (scenes: readonly string[], cost: string): Promise<Done<RunStarted>> =>
  ask<RunStarted>('now', { scenes, cost }, { started: {} });

/** Makes another take the picture of its scene. */
export const useTake = (scene: string, take: number): Promise<Done<UsedTake>> =>
  ask<UsedTake>('use', { scene, take }, { used: { before: 'number', message: 'string' } });

/** Keeps an edited picture, or brings back the one that was made. */
export const settleEdited = (scene: string, choice: 'keep' | 'discard'): Promise<Done<SettledEdit>> =>
  ask<SettledEdit>('edited', { scene, choice }, { settled: MESSAGE });

/** Makes a picture that is in the folder that of a scene. */
export const adopt = (scene: string, picture: string): Promise<Done<Adopted>> =>
  ask<Adopted>('adopt', { scene, picture }, { adopted: MESSAGE });

export const stopRun = (): Promise<Kind> => ask<{ readonly kind: 'stopping' }>('stop', {}, { stopping: {} });

/** Listens to the server until the page is closed; the browser connects again by itself. */
export function listen(onEvent: (event: ServerEvent) => void, onLost: (isLost: boolean) => void): void {
  const source = new EventSource(`${API}events`);
  source.addEventListener('open', () => onLost(false));
  source.addEventListener('error', () => onLost(true));
  source.addEventListener('message', (message: MessageEvent<unknown>) => {
    if (typeof message.data !== 'string') return;
    const event: unknown = JSON.parse(message.data);
    if (isEvent(event) && (event.kind !== 'status' || isStatus(event.status))) onEvent(event);
  });
}

function isEvent(value: unknown): value is ServerEvent {
  return isOneOf<ServerEvent>(value, {
    status: { status: 'object' },
    line: { text: 'string' },
    review: { reviews: 'object', at: 'number' },
    data: {},
  });
}

function isStatus(value: unknown): boolean {
  return isOneOf<RunStatus>(value, { idle: {}, running: { phase: 'string' }, ended: { summary: 'string' } });
}

/** Asks the server. Throws an ApiError for what it refuses, and for what this page does not know. */
async function ask<T extends Kind>(
  name: string,
  body: unknown,
  shapes: Readonly<Record<Done<T>['kind'], Shape>>,
): Promise<Done<T>> {
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
    throw new NoAnswer('The server does not answer. Start it again: chargen gallery --serve');
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && isOneOf<Done<T>>(answer, shapes)) return answer;
  const message = fieldOf(answer, 'message');
  if (typeof message === 'string') throw new ApiError(message);
  if (!response.ok) throw new ApiError(`The server answered ${response.status}.`);
  throw new ApiError('The server gave an answer that this page does not know.');
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, field)?.value
    : undefined;
}
