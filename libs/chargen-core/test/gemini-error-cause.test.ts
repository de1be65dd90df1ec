import { expect, it } from 'vitest';
import { GeminiError, stopOfError } from '../src/index.js';
import { withRemedy } from '../src/gemini/door.js';
import type { AccessCause } from '../src/gemini/error-cause.js';
import { errorInfo } from '../src/gemini/errors.js';

const HELP = 'You exceeded your current quota, please check your plan and billing details.';

interface Case {
  readonly status: number;
  readonly message: string;
  readonly word?: string;
  readonly reason?: string;
  readonly quota?: { readonly quotaId: string; readonly quotaValue?: string };
  readonly retryDelay?: string;
}

function read({ status, message, word, reason, quota, retryDelay }: Case) {
  const words: Record<number, string> = {
    400: 'INVALID_ARGUMENT',
    403: 'PERMISSION_DENIED',
    429: 'RESOURCE_EXHAUSTED',
  };
  const details = [
    ...(reason === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }]),
    ...(quota === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [quota] }]),
    ...(retryDelay === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]),
  ];
  const error = { code: status, message, status: word ?? words[status] ?? 'UNKNOWN', details };
  return errorInfo(status, JSON.stringify({ error }));
}

it.each<[AccessCause, Case]>([
  [
    'credit-used-up',
    { status: 429, message: 'Your prepayment credits are depleted. Please go to AI Studio.' },
  ],
  ['credit-used-up', { status: 429, message: 'The prepaid credit balance is exhausted.', retryDelay: '30s' }],
  ['credit-used-up', { status: 403, message: 'This project is out of credits.' }],
  [
    'billing-off',
    { status: 403, message: 'This API method requires billing to be enabled.', reason: 'BILLING_DISABLED' },
  ],
  ['billing-off', { status: 429, message: 'The billing account is closed.' }],
  ['spending-cap', { status: 429, message: 'Your project has exceeded its monthly spending cap.' }],
  [
    'project-disabled',
    { status: 403, message: 'Permission denied: Consumer has been suspended.', reason: 'CONSUMER_SUSPENDED' },
  ],
  ['project-disabled', { status: 429, message: 'The project 123 has been disabled.' }],
  [
    'free-tier',
    {
      status: 429,
      message: HELP,
      retryDelay: '21s',
      quota: { quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '0' },
    },
  ],
  [
    'free-tier',
    {
      status: 429,
      message: `${HELP}\n* Quota exceeded for metric: x/generate_content_free_tier_requests, limit: 0, model: gemini-3-pro-image`,
      retryDelay: '4s',
    },
  ],
  [
    'limit-zero',
    { status: 429, message: HELP, quota: { quotaId: 'BatchRequestsPerDayPerProject', quotaValue: '0' } },
  ],
  ['limit-zero', { status: 429, message: `${HELP} limit: 0` }],
  [
    'key-leaked',
    { status: 403, message: 'Your API key was reported as leaked. Please use another API key.' },
  ],
  ['key-leaked', { status: 400, message: 'Your API key was reported as leaked.', reason: 'API_KEY_INVALID' }],
  [
    'key-invalid',
    { status: 400, message: 'API key expired. Please renew the API key.', reason: 'API_KEY_INVALID' },
  ],
  [
    'key-invalid',
    { status: 401, message: 'Request had invalid authentication credentials.', word: 'UNAUTHENTICATED' },
  ],
  ['key-invalid', { status: 403, message: "Method doesn't allow unregistered callers." }],
  [
    'api-disabled',
    {
      status: 403,
      message:
        'Generative Language API has not been used in project 1 before or it is disabled. Enable it by visiting …',
      reason: 'SERVICE_DISABLED',
    },
  ],
  [
    'api-disabled',
    {
      status: 403,
      message: 'Generative Language API has not been used in project 1 before or it is disabled.',
    },
  ],
  [
    'key-blocked-service',
    {
      status: 403,
      message:
        'Requests to this API generativelanguage.googleapis.com method google.ai.BatchGenerateContent are blocked.',
    },
  ],
  ['key-blocked-service', { status: 403, message: 'Blocked.', reason: 'API_KEY_SERVICE_BLOCKED' }],
  ['key-restricted-address', { status: 403, message: 'The provided API key has an IP address restriction.' }],
  ['key-restricted-address', { status: 403, message: 'No.', reason: 'API_KEY_IP_ADDRESS_BLOCKED' }],
  [
    'key-restricted-site',
    {
      status: 403,
      message: 'Requests from referer <empty> are blocked.',
      reason: 'API_KEY_HTTP_REFERRER_BLOCKED',
    },
  ],
  [
    'key-restricted-app',
    { status: 403, message: 'Requests from this Android client application <empty> are blocked.' },
  ],
  [
    'location',
    { status: 400, message: 'User location is not supported for the API use.', word: 'FAILED_PRECONDITION' },
  ],
])('reads the cause %s, which waiting does not cure, from %j', (cause, answer) => {
  const info = read(answer);
  expect(info.cause).toBe(cause);
  const stop = stopOfError(info);
  const kinds: Record<string, string> = { billing: 'billing', 'no-quota': 'quota', 'invalid-key': 'no-key' };
  expect(stop.kind).toBe(kinds[info.kind]);
  // Google's own words and the page where it is changed, wherever the error is shown.
  expect(new GeminiError(info).message).toBe(withRemedy(info));
  expect(withRemedy(info)).toContain(answer.message.replace(/[.\s]*$/, ''));
  expect(withRemedy(info)).toMatch(/https:\/\//);
});

it.each<[string, Case]>([
  [
    'quota',
    {
      status: 429,
      message: HELP,
      retryDelay: '12s',
      quota: { quotaId: 'GenerateRequestsPerMinutePerProjectPerModel', quotaValue: '10' },
    },
  ],
  ['quota', { status: 429, message: `${HELP} limit: 0.5` }],
  [
    'quota',
    {
      status: 429,
      message: `${HELP} limit: 100, model: x`,
      quota: { quotaId: 'GenerateRequestsPerDay-FreeTier', quotaValue: '100' },
    },
  ],
  ['quota', { status: 429, message: 'Enqueued token limit reached for this model.' }],
  ['quota', { status: 429, message: 'You have reached the limit of 100 concurrent batch jobs.' }],
  ['storage-full', { status: 429, message: 'You have exceeded your file storage quota.' }],
  [
    'forbidden',
    { status: 403, message: 'You do not have permission to access the File abc or it may not exist.' },
  ],
  ['unplanned', { status: 403, message: 'The caller does not have permission' }],
  ['unplanned', { status: 409, message: 'The operation was aborted.', word: 'ABORTED' }],
  ['unplanned', { status: 451, message: 'No.', word: 'SOMETHING_NEW' }],
  // Words of a prompt that come back in a refusal of the request are none about the project.
  [
    'invalid-argument',
    { status: 400, message: 'Invalid value "the project was disabled, out of credits, billing closed".' },
  ],
  [
    'not-found',
    { status: 404, message: 'models/x is not found; the project has been deleted.', word: 'NOT_FOUND' },
  ],
  ['transient', { status: 503, message: 'Billing is disabled for a moment.', word: 'UNAVAILABLE' }],
])('names no cause where it is %s: %j', (kind, answer) => {
  expect(read(answer)).toMatchObject({ kind });
  expect(read(answer)).not.toHaveProperty('cause');
});

it('takes the words of a proxy for nothing that Google says of the key', () => {
  const info = errorInfo(403, '<html>Your IP address restriction: this account is disabled.</html>');
  expect(info).not.toHaveProperty('cause');
});
