import type { HttpFault } from '../faults/types.js';
import { queuedTokenLimit, tooManyJobs } from '../batches/handlers.js';
import { storageFull } from '../files/handlers.js';
import {
  errorInfo,
  modelClosed,
  QUOTA_MESSAGE,
  quotaExceeded,
  rpcStatusOf,
  WireError,
} from '../wire/errors.js';
import { json, type Reply, type Spoil } from './reply.js';

/** What a struck fault does to an exchange, step by step. */
export interface FaultPlan {
  /** Milliseconds to wait before anything else. */
  readonly delay: number;
  /** Answered instead of doing the work. */
  readonly instead?: Reply | 'drop';
  /** Answered after doing the work. */
  readonly after?: Reply | 'drop';
  readonly spoil?: Spoil;
}

const reply = (error: WireError): Reply => json(error.body(), error.code);

export function planFault(fault: HttpFault | undefined, model: string): FaultPlan {
  switch (fault?.kind) {
    case undefined:
    case 'file-processing':
    case 'file-failed':
      return { delay: 0 };
    case 'slow':
      return { delay: fault.ms };
    case 'http-error': {
      const error = httpError(fault);
      return fault.when === 'after' ? { delay: 0, after: reply(error) } : { delay: 0, instead: reply(error) };
    }
    case 'drop':
      return fault.when === 'after' ? { delay: 0, after: 'drop' } : { delay: 0, instead: 'drop' };
    case 'error-in-200': {
      const code = fault.code ?? 400;
      return {
        delay: 0,
        // The uploads that answered so were final all the same: without this header the SDK sends the chunk again.
        instead: json(
          new WireError(code, rpcStatusOf(code), fault.message ?? 'Unsupported MIME type: jsonl').body(),
          200,
          { 'x-goog-upload-status': 'final' },
        ),
      };
    }
    case 'not-json':
      return {
        delay: 0,
        instead: {
          kind: 'text',
          status: fault.status,
          type: 'text/html; charset=UTF-8',
          body:
            fault.body ??
            '<!DOCTYPE html><title>Error</title><p>The server encountered a temporary error.</p>',
        },
      };
    case 'cut-body':
    case 'truncated-body':
      return { delay: 0, spoil: { kind: fault.kind, share: fault.share ?? 0.5 } };
    case 'model-closed':
      return { delay: 0, instead: reply(modelClosed(model, fault.successor ?? 'gemini-3.5-flash-lite')) };
    case 'storage-full':
      return { delay: 0, instead: reply(storageFull()) };
    case 'queued-token-limit':
      return { delay: 0, instead: reply(queuedTokenLimit()) };
    case 'too-many-jobs':
      return { delay: 0, instead: reply(tooManyJobs()) };
  }
}

function httpError(fault: HttpFault & { kind: 'http-error' }): WireError {
  if (fault.status === 429) {
    return quotaExceeded(
      fault.message ?? QUOTA_MESSAGE,
      fault.quotaId ?? 'GenerateRequestsPerMinutePerProjectPerModel',
      fault.retryDelay,
      fault.quotaValue,
    );
  }
  return new WireError(
    fault.status,
    rpcStatusOf(fault.status),
    fault.message ?? standardMessage(fault.status),
    fault.reason === undefined ? [] : [errorInfo(fault.reason)],
  );
}

function standardMessage(status: number): string {
  switch (status) {
    case 500:
      return 'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting';
    case 503:
      return 'The model is overloaded. Please try again later.';
    case 504:
      return 'Deadline expired before operation could complete.';
    default:
      return `The request failed with status ${status}.`;
  }
}
