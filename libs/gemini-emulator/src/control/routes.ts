import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { FaultBook } from '../faults/controller.js';
import { faultRuleSchema } from '../faults/schema.js';
import { readBytes } from '../http/body.js';
import type { Services } from '../http/context.js';
import { json, type Reply } from '../http/reply.js';
import { statusPage } from '../status/page.js';
import { jsonSchema } from '../wire/requests.js';
import { invalidArgument, notFound } from '../wire/errors.js';
import { peakMemory } from './peak-memory.js';

export interface ControlDeps {
  readonly services: Services;
  readonly faults: FaultBook;
  readonly seed: number;
  readonly advanceClock: (ms: number) => void;
}

export const CONTROL_PREFIX = '/__emulator';

const clockSchema = z.strictObject({ advance: z.number().min(0) });

/** The status page and everything under `/__emulator`; undefined for a path that belongs to the API. */
export const controlRoutes =
  (deps: ControlDeps) =>
  async (request: IncomingMessage, url: URL): Promise<Reply | undefined> => {
    if (url.pathname === '/' && request.method === 'GET') {
      return { kind: 'text', status: 200, type: 'text/html; charset=UTF-8', body: statusPage(deps) };
    }
    if (!url.pathname.startsWith(`${CONTROL_PREFIX}/`)) return undefined;
    const path = url.pathname.slice(CONTROL_PREFIX.length + 1);
    // A web page in a browser on this machine can send forms to loopback, but no JSON and no DELETE without a preflight.
    const body = request.method === 'POST' ? await controlBody(request) : undefined;
    return answerControl(deps, `${request.method ?? 'GET'} ${path}`, body);
  };

function answerControl({ services, faults, advanceClock }: ControlDeps, call: string, body: unknown): Reply {
  const { ledger, clock } = services;
  switch (call) {
    case 'GET ledger':
      return plain({ requests: ledger.requests(), billed: ledger.billed(), duplicates: ledger.duplicates() });
    case 'GET ledger/requests':
      return plain(ledger.requests());
    case 'GET ledger/billed':
      return plain(ledger.billed());
    case 'GET ledger/duplicates':
      return plain(ledger.duplicates());
    case 'GET faults':
      return plain(faults.list());
    case 'POST faults':
      return plain({ id: refusingRange(() => faults.arm(parse(faultRuleSchema, body))) });
    case 'DELETE faults':
      faults.clear();
      return plain({});
    case 'GET memory':
      // Kilobytes on every platform that Node runs on.
      return plain({ peakBytes: peakMemory(), bytes: process.memoryUsage.rss() });
    case 'GET clock':
      return plain({ now: new Date(clock.now()).toISOString() });
    case 'POST clock':
      refusingRange(() => {
        advanceClock(parse(clockSchema, body).advance);
      });
      return plain({ now: new Date(clock.now()).toISOString() });
    default: {
      const id = /^DELETE faults\/(.+)$/.exec(call)?.[1];
      if (id === undefined) throw notFound(`There is no ${call.replace(' ', ` ${CONTROL_PREFIX}/`)}.`);
      if (!faults.disarm(id)) throw notFound(`No fault ${id} is armed.`);
      return plain({});
    }
  }
}

/** What the typed API refuses with a RangeError is the caller's mistake here, too. */
function refusingRange<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw invalidArgument(error.message);
    throw error;
  }
}

/** Ledger entries and the like: plain data, checked into JSON by writing and reading it. */
const plain = (value: unknown): Reply => json(jsonSchema.parse(JSON.parse(JSON.stringify(value))));

async function controlBody(request: IncomingMessage): Promise<unknown> {
  if (!String(request.headers['content-type']).startsWith('application/json')) {
    throw invalidArgument('Control calls need content-type: application/json.');
  }
  const bytes = await readBytes(request, 1 << 20);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalidArgument('The body of a control call must be JSON.');
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalidArgument(z.prettifyError(parsed.error));
}
