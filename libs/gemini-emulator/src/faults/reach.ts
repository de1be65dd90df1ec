import { ROUTE_NAMES, type FaultKind, type FaultMatch, type FaultRule, type RouteName } from './types.js';

/** What a fault happens to: one exchange, a job when it is created, or an item when it is served. */
export type Scope = 'http' | 'job' | 'item';

const SCOPES: Readonly<Record<FaultKind, Scope>> = {
  'http-error': 'http',
  slow: 'http',
  drop: 'http',
  'error-in-200': 'http',
  'not-json': 'http',
  'cut-body': 'http',
  'truncated-body': 'http',
  'model-closed': 'http',
  'storage-full': 'http',
  'queued-token-limit': 'http',
  'too-many-jobs': 'http',
  'file-processing': 'http',
  'file-failed': 'http',
  'late-output': 'job',
  'stuck-pending': 'job',
  'job-failed': 'job',
  'job-expired': 'job',
  'job-cancelled': 'job',
  refuse: 'item',
  'prompt-blocked': 'item',
  'item-error': 'item',
  'max-tokens': 'item',
  drafts: 'item',
  'text-only': 'item',
  'wrong-aspect': 'item',
  'schema-garbage': 'item',
  'line-missing': 'item',
  'line-doubled': 'item',
  'line-unknown-key': 'item',
  'line-garbled': 'item',
};

export const scopeOf = (kind: FaultKind): Scope => SCOPES[kind];

const GENERATING = ['models.generateContent', 'models.streamGenerateContent'] as const;

/** Faults that mean some routes only; a rule without a route means these. */
const HOME: Partial<Record<FaultKind, readonly RouteName[]>> = {
  'storage-full': ['files.start'],
  'file-processing': ['files.upload'],
  'file-failed': ['files.upload'],
  'queued-token-limit': ['batches.create'],
  'too-many-jobs': ['batches.create'],
  'model-closed': ['batches.create', ...GENERATING, 'models.countTokens'],
  'line-missing': ['batches.create'],
  'line-doubled': ['batches.create'],
  'line-unknown-key': ['batches.create'],
  'line-garbled': ['batches.create'],
};

export const homeOf = (kind: FaultKind): readonly RouteName[] | undefined => HOME[kind];

/** The calls in which a fault can have an effect. */
function reachOf(kind: FaultKind): readonly RouteName[] {
  switch (kind) {
    case 'file-processing':
    case 'file-failed':
      // Older clients upload in one piece.
      return ['files.upload', 'files.start'];
    case 'line-missing':
    case 'line-doubled':
    case 'line-unknown-key':
    case 'line-garbled':
      return ['batches.create'];
    default:
      break;
  }
  switch (scopeOf(kind)) {
    case 'http':
      return ROUTE_NAMES;
    case 'job':
      return ['batches.create'];
    case 'item':
      return ['batches.create', ...GENERATING];
  }
}

/** The routes that a match names. */
export const routesOf = ({ route }: FaultMatch): readonly RouteName[] | undefined =>
  typeof route === 'string' ? [route] : route;

/**
 * Why a rule can never strike, or undefined if it can: a test whose fault cannot come passes for
 * the wrong reason.
 */
export function whyNever({ fault: { kind }, match = {} }: FaultRule): string | undefined {
  const reach = reachOf(kind);
  const asked = routesOf(match) ?? homeOf(kind) ?? reach;
  const routes = asked.filter((route) => reach.includes(route));
  if (routes.length === 0) {
    return `${kind} never strikes at ${asked.join(', ') || 'no route'}; it can at ${reach.join(', ')}.`;
  }
  const created = routes.includes('batches.create');
  if (match.key !== undefined && (scopeOf(kind) !== 'item' || !created)) {
    return `${kind} never strikes by key: only items of a batch have one, and that fault is not theirs here.`;
  }
  if (match.displayName !== undefined && !created) {
    return `${kind} never strikes by displayName: only jobs and their items have one (route batches.create).`;
  }
  if (match.model !== undefined && !created && !routes.some((route) => route.startsWith('models.'))) {
    return `${kind} never strikes by model: no call to ${routes.join(', ')} names one.`;
  }
  return undefined;
}
