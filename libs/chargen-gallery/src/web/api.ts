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
interface Scenes {
  readonly scenes: readonly string[];
}

/** What the server can be asked for: what is sent, and what it answers. */
interface Asks {
  propose: [{ readonly change: Change }, Proposal];
  apply: [{ readonly change: Change; readonly digest: string }, Applied];
  /** Writes what a person decided about pictures. */
  review: [{ readonly orders: readonly ReviewOrder[] }, Reviewed];
  /** What a run of these scenes would do. */
  plan: [Scenes, RunPlan];
  /** Starts the run of which the plan with this digest was shown. */
  run: [Scenes & { readonly plan: string }, RunStarted];
  /** What these pictures cost if each is made at once, by a request of its own at full price. */
  'plan-now': [Scenes, NowPlan];
  /** Makes pictures at once, for the price that was agreed to. */
  now: [Scenes & { readonly cost: string }, RunStarted];
  /** Makes another take the picture of its scene. */
  use: [{ readonly scene: string; readonly take: number }, UsedTake];
  /** Keeps an edited picture, or brings back the one that was made. */
  edited: [{ readonly scene: string; readonly choice: 'keep' | 'discard' }, SettledEdit];
  /** Makes a picture that is in the folder that of a scene. */
  adopt: [{ readonly scene: string; readonly picture: string }, Adopted];
  stop: [Readonly<Record<string, never>>, { readonly kind: 'stopping' }];
}
type Answer<Name extends keyof Asks> = Done<Asks[Name][1]>;

const MESSAGE: Shape = { message: 'string' };
const PLAN_LISTS = { pictures: 'object', causes: 'object', later: 'object', edited: 'object' } as const;

/** The answers that are known: of each kind, the fields that it must have. */
const ANSWERS: { readonly [Name in keyof Asks]: Readonly<Record<Answer<Name>['kind'], Shape>> } = {
  propose: {
    proposed: { file: 'string', digest: 'string', lines: 'object', notes: 'object' },
    unchanged: MESSAGE,
  },
  apply: { applied: { file: 'string' }, conflict: MESSAGE },
  review: { reviewed: { at: 'number', reviews: 'object', stayed: 'object', refused: 'object' } },
  plan: { plan: { digest: 'string', cost: 'string', ...PLAN_LISTS } },
  run: { started: {} },
  'plan-now': { 'now-plan': { pictures: 'object', cost: 'string' } },
  now: { started: {} },
  use: { used: { before: 'number', message: 'string' } },
  edited: { settled: MESSAGE },
  adopt: { adopted: MESSAGE },
  stop: { stopping: {} },
};

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
export async function ask<Name extends keyof Asks>(name: Name, body: Asks[Name][0]): Promise<Answer<Name>> {
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
  if (response.ok && isOneOf<Answer<Name>>(answer, ANSWERS[name])) return answer;
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

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
