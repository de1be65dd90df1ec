/**
 * Why Google does not serve a key or its project. None of these passes by waiting: a person has to change something
 * first, and what that is differs from cause to cause.
 */
export const ACCESS_CAUSES = [
  /** Unknown, expired, deleted, or not sent at all. */
  'key-invalid',
  'key-leaked',
  /** The restrictions of the key do not list the Gemini API. */
  'key-blocked-service',
  'key-restricted-address',
  'key-restricted-site',
  'key-restricted-app',
  'api-disabled',
  'location',
  'credit-used-up',
  'billing-off',
  'spending-cap',
  'project-disabled',
  'free-tier',
  'limit-zero',
] as const;
export type AccessCause = (typeof ACCESS_CAUSES)[number];

/** What of an error with a status names its cause. */
export interface ErrorFacts {
  readonly status: number;
  readonly message: string;
  /** `reason` of google.rpc.ErrorInfo. */
  readonly reason: string | undefined;
  /** Violations of google.rpc.QuotaFailure. */
  readonly quotas: readonly { readonly id: string; readonly value: string | undefined }[];
}

/** Source of the reasons: google.api.ErrorReason (googleapis/api/error_reason.proto). */
const BY_REASON: Readonly<Record<string, AccessCause>> = {
  API_KEY_INVALID: 'key-invalid',
  API_KEY_SERVICE_BLOCKED: 'key-blocked-service',
  API_KEY_IP_ADDRESS_BLOCKED: 'key-restricted-address',
  API_KEY_HTTP_REFERRER_BLOCKED: 'key-restricted-site',
  API_KEY_ANDROID_APP_BLOCKED: 'key-restricted-app',
  API_KEY_IOS_APP_BLOCKED: 'key-restricted-app',
  SERVICE_DISABLED: 'api-disabled',
  BILLING_DISABLED: 'billing-off',
  CONSUMER_SUSPENDED: 'project-disabled',
  CONSUMER_INVALID: 'project-disabled',
};

/**
 * Words of answers that were seen without a reason, or with a vague one. The standard text of every 429 ends
 * with "check your plan and billing details": the word billing alone therefore proves nothing.
 */
const BY_WORDS: readonly (readonly [RegExp, AccessCause])[] = [
  [/reported as leaked/i, 'key-leaked'],
  [/api[ _-]?key (?:not valid|not found|expired|is invalid)|unregistered callers/i, 'key-invalid'],
  [
    /has not been used in project|(?:API|service) (?:is|has been) disabled|is disabled\. Enable it/i,
    'api-disabled',
  ],
  [/requests? to this API .* (?:are|is) blocked/is, 'key-blocked-service'],
  [/\bIP address\b.*\brestriction|restriction.*\bIP address/is, 'key-restricted-address'],
  [/referr?er.* (?:blocked|restriction)|restriction.*referr?er/is, 'key-restricted-site'],
  [/(?:android|ios) (?:client )?application.* blocked/is, 'key-restricted-app'],
  [/user location is not supported/i, 'location'],
  [
    /(?:prepa(?:id|yment)|account|project)?\s*credits? (?:balance )?(?:is|are|has|have)(?: been)? (?:depleted|exhausted|used up|empty)|(?:out of|insufficient|no (?:more|remaining)) (?:prepa(?:id|yment) )?credits?/i,
    'credit-used-up',
  ],
  [
    /billing (?:account )?(?:is |has been |was )?(?:not (?:enabled|active|open)|disabled|closed|off)|(?:enable|activate|set up) billing|requires billing/i,
    'billing-off',
  ],
  [/month(?:ly)? spend|spending cap|spend cap/i, 'spending-cap'],
  [/(?:project|consumer|account)\b.{0,80}\b(?:suspended|disabled|deleted|shut down)/is, 'project-disabled'],
];

/** `limit: 0, model: …` in the text of a quota that the project does not have; `limit: 0.5` and `limit: 05` are none. */
const LIMIT_ZERO = /\blimit:?\s*0(?![\d.])/i;
const FREE_TIER = /free[_-]?tier/i;

/** Statuses that can be about the key or its project; others are about the request or the moment. */
const STATUSES: ReadonlySet<number> = new Set([400, 401, 402, 403, 429]);

/** The cause, if an answer is about the key or its project and waiting does not cure it. */
export function accessCause(facts: ErrorFacts): AccessCause | undefined {
  const { status, message, reason, quotas } = facts;
  if (!STATUSES.has(status)) return undefined;
  // A leaked key was seen with a reason of its own and without: its words are the surest.
  if (/reported as leaked/i.test(message)) return 'key-leaked';
  const known = reason === undefined ? undefined : BY_REASON[reason];
  if (known !== undefined) return known;
  if (status === 401) return 'key-invalid';
  const zero = quotas.find(({ value }) => value !== undefined && Number(value) === 0);
  if (zero !== undefined || (status === 429 && LIMIT_ZERO.test(message))) {
    const isFree = FREE_TIER.test(message) || quotas.some(({ id }) => FREE_TIER.test(id));
    return isFree ? 'free-tier' : 'limit-zero';
  }
  // Wording of a request that was rejected (400) may hold any words: only those about the key or the place count.
  const words = BY_WORDS.filter(
    ([, cause]) => status !== 400 || cause === 'key-invalid' || cause === 'location',
  );
  const found = words.find(([pattern]) => pattern.test(message))?.[1];
  return found ?? (status === 402 ? 'billing-off' : undefined);
}

/** What a cause stands in the way of: the key, the money, or the amount. */
export function kindOfCause(cause: AccessCause): 'invalid-key' | 'billing' | 'no-quota' {
  switch (cause) {
    case 'credit-used-up':
    case 'billing-off':
    case 'spending-cap':
    case 'project-disabled':
      return 'billing';
    case 'free-tier':
    case 'limit-zero':
      return 'no-quota';
    default:
      return 'invalid-key';
  }
}

const KEYS_PAGE = 'https://aistudio.google.com/apikey';
const CREDENTIALS_PAGE = 'https://console.cloud.google.com/apis/credentials';
const BILLING_PAGE = 'https://aistudio.google.com/billing';

/** What a person does about a cause, and at which page. */
export function remedyOf(cause: AccessCause): string {
  switch (cause) {
    case 'key-invalid':
      return `Make or copy a key at ${KEYS_PAGE} and set it.`;
    case 'key-leaked':
      return `Google has blocked this key for good. Delete it and make another one at ${KEYS_PAGE}, set that, and find out where the old one was published.`;
    case 'key-blocked-service':
      return `Open the key at ${CREDENTIALS_PAGE} and add "Generative Language API" to its API restrictions, or use another key.`;
    case 'key-restricted-address':
      return `Open the key at ${CREDENTIALS_PAGE} and add the address of this machine to its IP restrictions, or use another key.`;
    case 'key-restricted-site':
      return `The key is for web sites. Make one without a referrer restriction at ${CREDENTIALS_PAGE} and set it.`;
    case 'key-restricted-app':
      return `The key is for mobile apps. Make one without an app restriction at ${CREDENTIALS_PAGE} and set it.`;
    case 'api-disabled':
      return 'Enable the Generative Language API in the project of the key: https://console.cloud.google.com/apis/library/generativelanguage.googleapis.com. Then wait a few minutes.';
    case 'location':
      return 'Google does not offer the Gemini API in the region of this machine. Run it from a region of https://ai.google.dev/gemini-api/docs/available-regions.';
    case 'credit-used-up':
      return `Add prepaid credit at ${BILLING_PAGE}.`;
    case 'billing-off':
      return `Set up or repair the billing account of the project at ${BILLING_PAGE}.`;
    case 'spending-cap':
      return 'Raise the spending cap of the project at https://aistudio.google.com/spend, or wait for the next month.';
    case 'project-disabled':
      return 'Look at the state of the project at https://console.cloud.google.com, or use a key of another project.';
    case 'free-tier':
      return `The free tier does not have this. Set up billing at ${BILLING_PAGE}, or use a key of a project with billing.`;
    case 'limit-zero':
      return 'The project has a limit of 0 for this model. Choose another model, or ask for a higher limit: https://ai.google.dev/gemini-api/docs/rate-limits.';
  }
}
