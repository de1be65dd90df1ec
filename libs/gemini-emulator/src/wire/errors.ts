import type { Json } from './json.js';

/** google.rpc names with the HTTP status they travel under. */
export type RpcStatus =
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'RESOURCE_EXHAUSTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'UNIMPLEMENTED'
  | 'ABORTED'
  | 'CANCELLED';

/** The error that the service answers a call with. */
export class WireError extends Error {
  override readonly name = 'WireError';
  constructor(
    readonly code: number,
    readonly status: RpcStatus,
    message: string,
    readonly details: readonly Json[] = [],
  ) {
    super(message);
  }

  body(): Json {
    return {
      error: {
        code: this.code,
        message: this.message,
        status: this.status,
        ...(this.details.length > 0 ? { details: this.details } : {}),
      },
    };
  }
}

export const invalidArgument = (message: string): WireError =>
  new WireError(400, 'INVALID_ARGUMENT', message);

export const failedPrecondition = (message: string): WireError =>
  new WireError(400, 'FAILED_PRECONDITION', message);

/** What a file answers that expired, was deleted, never existed or belongs to another project. */
export const fileGone = (id: string): WireError =>
  new WireError(
    403,
    'PERMISSION_DENIED',
    `You do not have permission to access the File ${id} or it may not exist.`,
  );

export const notFound = (message = 'Requested entity was not found.'): WireError =>
  new WireError(404, 'NOT_FOUND', message);

export const noKey = (): WireError =>
  new WireError(
    403,
    'PERMISSION_DENIED',
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  );

export const badKey = (): WireError =>
  new WireError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
    errorInfo('API_KEY_INVALID'),
  ]);

/** google.rpc.ErrorInfo: why the service refused, in one word. */
export const errorInfo = (reason: string): Json => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'googleapis.com',
  metadata: { service: 'generativelanguage.googleapis.com' },
});

/**
 * @param retryDelay a protobuf duration such as `12s`; left out when the service names none
 * @param quotaValue the limit; left out when the service names none
 */
export function quotaExceeded(
  message: string,
  quotaId: string,
  retryDelay?: string,
  quotaValue?: string,
): WireError {
  return new WireError(429, 'RESOURCE_EXHAUSTED', message, [
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [
        {
          quotaMetric: `generativelanguage.googleapis.com/${quotaId.toLowerCase()}`,
          quotaId,
          ...(quotaValue === undefined ? {} : { quotaValue }),
        },
      ],
    },
    {
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [
        {
          description: 'Learn more about Gemini API quotas',
          url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
        },
      ],
    },
    ...(retryDelay === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]),
  ]);
}

export const QUOTA_MESSAGE =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.';

export const modelNotFound = (model: string, method: string): WireError =>
  notFound(
    `models/${model} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
  );

export const modelClosed = (model: string, successor: string): WireError =>
  notFound(
    `This model models/${model} is no longer available to new users. Please update your code to use models/${successor}`,
  );

/** Status names for the HTTP codes that a scripted error may carry. */
export function rpcStatusOf(http: number): RpcStatus {
  switch (http) {
    case 400:
      return 'INVALID_ARGUMENT';
    case 403:
      return 'PERMISSION_DENIED';
    case 404:
      return 'NOT_FOUND';
    case 409:
      return 'ABORTED';
    case 429:
      return 'RESOURCE_EXHAUSTED';
    case 499:
      return 'CANCELLED';
    case 501:
      return 'UNIMPLEMENTED';
    case 503:
      return 'UNAVAILABLE';
    case 504:
      return 'DEADLINE_EXCEEDED';
    default:
      return 'INTERNAL';
  }
}
