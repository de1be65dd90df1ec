import type { Exchange } from './record.js';
import { compare, different, missing, type Deviation, type Shape } from './shape.js';
import {
  EMPTY,
  ENDED_JOB,
  ERROR,
  FILE,
  FILE_LIST,
  JOB_LIST,
  MODEL,
  OPEN_JOB,
  RESULT_FILE,
  UPLOADED,
} from './shapes.js';
import { valueAt } from './shape.js';

/** Every difference of one exchange from what is recorded of the service; `statuses` are those that are expected. */
export function deviationsOf(raw: unknown, shown: Exchange, statuses: readonly number[]): Deviation[] {
  const { status } = shown;
  const found: Deviation[] = [];
  if (!statuses.includes(status)) {
    found.push({
      at: 'status',
      kind: 'value',
      message: `${shown.method} ${shown.path} was answered with ${status}; expected is ${statuses.join(' or ')}.`,
    });
  }
  if (status >= 400) return [...found, ...compare(raw, ERROR, '')];
  if (status >= 300) return found;
  return [...found, ...headerDeviations(shown), ...bodyDeviations(raw, shown)];
}

function headerDeviations({ command, headers }: Exchange): Deviation[] {
  if (command === 'start') {
    return headers['x-goog-upload-url'] === undefined ? [missing('header x-goog-upload-url')] : [];
  }
  if (command?.includes('finalize') !== true) return [];
  const at = 'header x-goog-upload-status';
  const value = headers['x-goog-upload-status'];
  if (value === undefined) return [missing(at)];
  return value === 'final' ? [] : [different(at, value, '"final"')];
}

function bodyDeviations(raw: unknown, shown: Exchange): Deviation[] {
  const shape = shapeOf(raw, shown);
  return shape === undefined ? [] : compare(raw, shape, '');
}

/** Undefined for what is not JSON by nature, and for the answer to the start of an upload, whose body says nothing. */
function shapeOf(raw: unknown, { method, path, command }: Exchange): Shape | undefined {
  const [route = ''] = path.split('?', 1);
  if (command === 'start' || route.endsWith(':download')) return undefined;
  if (command !== undefined) return UPLOADED;
  if (method === 'DELETE') return EMPTY;
  if (route.includes('/models/')) return method === 'GET' ? MODEL : jobShape(raw);
  if (route.endsWith('/files')) return FILE_LIST;
  if (route.endsWith('/batches')) return JOB_LIST;
  if (route.includes('/files/batch-')) return RESULT_FILE;
  if (route.includes('/files/')) return FILE;
  return jobShape(raw);
}

/** A job is over if it carries a result or an error, under any name of its state. */
function jobShape(raw: unknown): Shape {
  const isOver =
    valueAt(raw, 'done') === true ||
    valueAt(raw, 'response') !== undefined ||
    valueAt(raw, 'metadata', 'output') !== undefined ||
    valueAt(raw, 'metadata', 'state') === 'BATCH_STATE_SUCCEEDED';
  return isOver ? ENDED_JOB : OPEN_JOB;
}
