import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator } from 'gemini-emulator';
import {
  checkStateSchema,
  describeCheck,
  isAsExpected,
  newCheck,
  plainClient,
  Recorder,
  runScenario,
  type CheckState,
} from '../src/conformance/index.js';
import { runConformance } from '../src/conformance/command.js';
import { FactsServer, type Answer, type RouteName } from './support/facts-server.js';

const KEY = 'AQ.Ab8RN6-secret-secret-secret-1234';
const MODELS = { textModel: 'gemini-3.5-flash-lite', pictureModel: 'gemini-3-pro-image' };

let folder = '';
let facts: FactsServer;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'conformance-')));
  facts = await FactsServer.start();
});

afterAll(async () => {
  await facts.close();
  await rm(folder, { recursive: true, force: true });
});

interface Check {
  readonly state?: CheckState;
  readonly send?: typeof fetch;
  readonly waitMs?: number;
  readonly save?: (state: CheckState) => void;
  readonly now?: () => number;
}

function check(
  url: string,
  { state, send, waitMs = 60_000, save, now = Date.now }: Check = {},
): Promise<CheckState> {
  const recorder = new Recorder([KEY], send);
  let ahead = 0;
  return runScenario(
    {
      client: plainClient({ baseUrl: url, apiKey: KEY, fetch: recorder.fetch }),
      recorder,
      folder,
      save: (next) => Promise.resolve(save?.(next)),
      now: () => now() + ahead,
      sleep: (ms) => {
        ahead += ms;
        return Promise.resolve();
      },
      signal: new AbortController().signal,
      pollMs: 1000,
      waitMs,
    },
    state ?? newCheck({ id: 'test', now: 0, ...MODELS }),
  );
}

describe('the conformance scenario', () => {
  it('finds the emulator as the service is recorded', async () => {
    const emulator = await startEmulator({ seed: 3 });
    try {
      const state = await check(emulator.url);
      expect(describeCheck(state)).toContain(
        '19 points: 19 as expected, 0 different, 0 failed. The check is over.',
      );
      expect(emulator.ledger.billed()).toHaveLength(2);
    } finally {
      await emulator.close();
    }
  });

  it('finds a second server as recorded that was made from the facts alone', async () => {
    facts.mutate(() => undefined);
    const state = await check(facts.url);
    expect(isAsExpected(state), describeCheck(state)).toBe(true);
    expect(state.isOver).toBe(true);
  });

  it('keeps no key, no host and no address of an upload', async () => {
    facts.mutate((answer, route) => {
      if (route === 'file') body(answer)['downloadUri'] = `${facts.url}/x?token=abc&sig=def`;
      if (route === 'batches')
        body(answer)['note'] = `your key ${KEY} and AIzaSyA-another-key-another-key-1234`;
    });
    const text = JSON.stringify(await check(facts.url));
    facts.mutate(() => undefined);
    expect(facts.keys).toContain(KEY);
    for (const secret of [KEY, 'upload_id', 'AAwnv3', 'sig=def', 'another-key'])
      expect(text).not.toContain(secret);
  });

  it('leaves, and goes on in another call, without a second create', async () => {
    const emulator = await startEmulator({ seed: 3, jobDuration: 3_600_000 });
    try {
      const first = await check(emulator.url, { waitMs: 0 });
      expect(first.isOver).toBe(false);
      expect(describeCheck(first)).toContain('Call it again to go on; nothing is paid twice.');
      emulator.advanceClock(4_000_000);
      const again = checkStateSchema.parse(JSON.parse(JSON.stringify(first)));
      const second = await check(emulator.url, { state: again, waitMs: 0 });
      expect(second.isOver).toBe(true);
      expect(isAsExpected(second), describeCheck(second)).toBe(true);
      expect(emulator.ledger.billed()).toHaveLength(2);
    } finally {
      await emulator.close();
    }
  });

  it('killed at any step, a check that is called again creates no job twice', async () => {
    const saved: CheckState[] = [];
    const whole = await FactsServer.start();
    await check(whole.url, { save: (state) => saved.push(state) });
    await whole.close();
    for (let step = 0; step < saved.length; step += 1) {
      const server = await FactsServer.start();
      let states = 0;
      let last: CheckState | undefined;
      const killed = check(server.url, {
        save: (state) => {
          if (states === step) throw new Error('killed');
          states += 1;
          last = state;
        },
      });
      await killed.catch(() => undefined);
      const end = await check(server.url, last === undefined ? {} : { state: last });
      expect(server.creates, `after step ${String(step)}`).toBeLessThanOrEqual(2);
      if (end.isOver) expect(server.creates).toBe(2);
      await server.close();
    }
  });

  it('sends no create again whose answer was lost: the job is looked for by its name', async () => {
    const server = await FactsServer.start();
    const lost: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (urlOf(input).includes(':batchGenerateContent')) throw new TypeError('fetch failed');
      return response;
    };
    const first = await check(server.url, { send: lost });
    expect(first.jobs.text.stage).toBe('sending');
    expect(server.creates).toBe(2);
    const second = await check(server.url, { state: first });
    expect(server.creates).toBe(2);
    expect(second.isOver).toBe(true);
    await server.close();
  });

  it('sends a create again only if no list has its job a quarter of an hour later', async () => {
    const server = await FactsServer.start();
    const never: typeof fetch = (input, init) =>
      urlOf(input).includes(':batchGenerateContent')
        ? Promise.reject(new TypeError('fetch failed'))
        : fetch(input, init);
    const first = await check(server.url, { send: never, now: () => 0 });
    const soon = await check(server.url, { state: first, now: () => 14 * 60_000 });
    expect(server.creates).toBe(0);
    const later = await check(server.url, { state: soon, now: () => 16 * 60_000 });
    expect(server.creates).toBe(2);
    expect(later.isOver).toBe(true);
    await server.close();
  });

  it('creates nothing with a model that the key does not see', async () => {
    facts.mutate((answer, route) => {
      if (route !== 'model' || body(answer)['name'] !== 'models/gemini-3-pro-image') return;
      answer.status = 404;
      answer.body = { error: { code: 404, message: 'not found', status: 'NOT_FOUND' } };
    });
    const before = facts.creates;
    const state = await check(facts.url);
    facts.mutate(() => undefined);
    expect(facts.creates - before).toBe(1);
    expect(state.points.find((one) => one.point === 'model-picture')?.verdict).toBe('different');
  });
});

type Body = Record<string, unknown>;

function body(answer: Answer): Body {
  return answer.body as Body;
}

function metadata(answer: Answer): Body {
  return body(answer)['metadata'] as Body;
}

function urlOf(input: Parameters<typeof fetch>[0]): string {
  return input instanceof Request ? input.url : String(input);
}

/** Gives a field another name. */
function rename(object: Body, from: string, to: string): void {
  object[to] = object[from];
  Reflect.deleteProperty(object, from);
}

function line(answer: Answer, change: (line: Body, response: Body, candidate: Body) => void): void {
  const data = JSON.parse(String(answer.body)) as Body;
  const response = data['response'] as Body;
  change(data, response, (response['candidates'] as Body[])[0] ?? {});
  answer.body = `${JSON.stringify(data)}\n`;
}

function partsOf(candidate: Body): Body[] {
  return (candidate['content'] as Body)['parts'] as Body[];
}

interface Case {
  /** What is done to the wire. */
  readonly does: string;
  readonly route: RouteName;
  readonly change: (answer: Answer) => void;
  /** What the report has to say. */
  readonly says: string;
}

const CASES: readonly Case[] = [
  {
    does: 'a model without its methods',
    route: 'model',
    change: (a) => delete body(a)['supportedGenerationMethods'],
    says: 'supportedGenerationMethods is missing.',
  },
  {
    does: 'a model that takes no batch',
    route: 'model',
    change: (a) => (body(a)['supportedGenerationMethods'] = ['generateContent']),
    says: 'supportedGenerationMethods[] "batchGenerateContent" is missing.',
  },
  {
    does: 'an upload without its address',
    route: 'upload-start',
    change: (a) => delete a.headers['x-goog-upload-url'],
    says: 'header x-goog-upload-url is missing.',
  },
  {
    does: 'an upload that does not end',
    route: 'upload-end',
    change: (a) => (a.headers['x-goog-upload-status'] = 'active'),
    says: 'header x-goog-upload-status is "active"; expected is "final".',
  },
  {
    does: 'an upload without a status header',
    route: 'upload-end',
    change: (a) => delete a.headers['x-goog-upload-status'],
    says: 'header x-goog-upload-status is missing.',
  },
  {
    does: 'a file that is not wrapped',
    route: 'upload-end',
    change: (a) => (a.body = body(a)['file']),
    says: 'file is missing.',
  },
  {
    does: 'a size that is a number',
    route: 'file',
    change: (a) => (body(a)['sizeBytes'] = 93),
    says: 'sizeBytes is 93; expected is a text.',
  },
  {
    does: 'a digest of another form',
    route: 'file',
    change: (a) => (body(a)['sha256Hash'] = 'abcd'),
    says: 'sha256Hash is "abcd"; expected is',
  },
  {
    does: 'a name that lost its letters',
    route: 'file',
    change: (a) => (body(a)['displayName'] = '?????-????.png'),
    says: 'displayName is "?????-????.png"; expected is "Олена',
  },
  {
    does: 'a file without its address',
    route: 'file',
    change: (a) => delete body(a)['uri'],
    says: 'uri is missing.',
  },
  {
    does: 'a file state that is spelled otherwise',
    route: 'file',
    change: (a) => (body(a)['state'] = 'Active'),
    says: 'state is "Active"; expected is',
  },
  {
    does: 'a field that nobody recorded',
    route: 'file',
    change: (a) => (body(a)['etag'] = 'x'),
    says: 'There is a field etag, which is not recorded.',
  },
  {
    does: 'a list of files under another name',
    route: 'files',
    change: (a) => {
      rename(body(a), 'files', 'items');
    },
    says: 'files is missing.',
  },
  {
    does: 'a create that is answered with 202',
    route: 'create',
    change: (a) => (a.status = 202),
    says: 'was answered with 202; expected is 200.',
  },
  {
    does: 'a job without its name in the metadata',
    route: 'create',
    change: (a) => delete metadata(a)['name'],
    says: 'metadata.name is missing.',
  },
  {
    does: 'done that is false instead of absent',
    route: 'create',
    change: (a) => (body(a)['done'] = false),
    says: 'There is a field done, which is not recorded.',
  },
  {
    does: 'a count that is a number',
    route: 'create',
    change: (a) => ((metadata(a)['batchStats'] as Body)['requestCount'] = 1),
    says: 'metadata.batchStats.requestCount is 1; expected is a text.',
  },
  {
    does: 'the other family of state names',
    route: 'batch',
    change: (a) => (metadata(a)['state'] = String(metadata(a)['state']).replace('BATCH_', 'JOB_')),
    says: 'metadata.state is "JOB_STATE_',
  },
  {
    does: 'a state without a prefix',
    route: 'create',
    change: (a) => (metadata(a)['state'] = 'PENDING'),
    says: 'metadata.state is "PENDING"; expected is',
  },
  {
    does: 'a result that is there once',
    route: 'batch',
    change: (a) => delete metadata(a)['output'],
    says: 'metadata.output is missing.',
  },
  {
    does: 'a result file under another name',
    route: 'batch',
    change: (a) => {
      const { response } = body(a) as { response?: Body };
      if (response !== undefined) rename(response, 'responsesFile', 'outputFile');
    },
    says: 'response.responsesFile is missing.',
  },
  {
    does: 'an end without a time',
    route: 'batch',
    change: (a) => delete metadata(a)['endTime'],
    says: 'metadata.endTime is missing.',
  },
  {
    does: 'a time of another form',
    route: 'batch',
    change: (a) => (metadata(a)['createTime'] = 1764324000),
    says: 'metadata.createTime is 1764324000; expected is a text.',
  },
  {
    does: 'an answer of another type',
    route: 'batch',
    change: (a) => (metadata(a)['@type'] = 'GenerateContentBatch'),
    says: 'metadata.@type is "GenerateContentBatch"; expected is',
  },
  {
    does: 'another name of the job',
    route: 'batch',
    change: (a) => (metadata(a)['displayName'] = 'other'),
    says: 'metadata.displayName is "other"; expected is "conformance/test/',
  },
  {
    does: 'jobs under another name',
    route: 'batches',
    change: (a) => {
      rename(body(a), 'operations', 'batches');
    },
    says: 'operations is missing.',
  },
  {
    does: 'a list without the new job',
    route: 'batches',
    change: (a) => (body(a)['operations'] = []),
    says: 'operations[] with the name batches/',
  },
  {
    does: 'a byte order mark',
    route: 'download',
    change: (a) => (a.body = `\uFEFF${String(a.body)}`),
    says: 'The file begins with a byte order mark.',
  },
  {
    does: 'a line without a key',
    route: 'download',
    change: (a) => {
      line(a, (data) => delete data['key']);
    },
    says: 'line 1.key is missing.',
  },
  {
    does: 'a key under another name',
    route: 'download',
    change: (a) => {
      line(a, (data) => {
        rename(data, 'key', 'custom_id');
      });
    },
    says: 'There is a field line 1.custom_id, which is not recorded.',
  },
  {
    does: 'another key',
    route: 'download',
    change: (a) => {
      line(a, (data) => (data['key'] = 'request-1'));
    },
    says: 'line 1.key is "request-1"; expected is "conformance/',
  },
  {
    does: 'base64 in another field',
    route: 'download',
    change: (a) => {
      line(a, (_data, _response, candidate) => {
        for (const part of partsOf(candidate)) if ('inlineData' in part) rename(part, 'inlineData', 'blob');
      });
    },
    says: 'line 1.response.candidates[0].content.parts[].inlineData is missing.',
  },
  {
    does: 'data under the name of the documentation of another service',
    route: 'download',
    change: (a) => {
      line(a, (_data, _response, candidate) => {
        for (const part of partsOf(candidate))
          if ('inlineData' in part) rename(part['inlineData'] as Body, 'data', 'bytesBase64Encoded');
      });
    },
    says: 'inlineData.data is missing.',
  },
  {
    does: 'a picture of another kind',
    route: 'download',
    change: (a) => {
      a.body = String(a.body).replace('image/png', 'image/svg+xml');
    },
    says: 'inlineData.mimeType is "image/svg+xml"; expected is',
  },
  {
    does: 'bytes that are no picture',
    route: 'download',
    change: (a) => {
      a.body = String(a.body).replace('iVBORw0KGgo', 'AAAAAAAAAAA');
    },
    says: 'inlineData.data is "AAAAAAAAAAA',
  },
  {
    does: 'a finish reason that is a number',
    route: 'download',
    change: (a) => {
      line(a, (_data, _response, candidate) => (candidate['finishReason'] = 1));
    },
    says: 'finishReason is 1; expected is a text.',
  },
  {
    does: 'tokens that are texts',
    route: 'download',
    change: (a) => {
      line(a, (_data, response) => ((response['usageMetadata'] as Body)['totalTokenCount'] = '17'));
    },
    says: 'usageMetadata.totalTokenCount is the text "17"; expected is a number.',
  },
  {
    does: 'the same line twice',
    route: 'download',
    change: (a) => (a.body = `${String(a.body)}${String(a.body)}`),
    says: 'lines is 2; expected is 1 for the one request.',
  },
  {
    does: 'a line that ends as on Windows',
    route: 'download',
    change: (a) => (a.body = String(a.body).replace('\n', '\r\n')),
    says: 'end of line is "\\r\\n"; expected is a line feed.',
  },
  {
    does: 'a file that ends without a line break',
    route: 'download',
    change: (a) => (a.body = String(a.body).trimEnd()),
    says: 'The last line does not end with a line break.',
  },
  {
    does: 'a line that is cut',
    route: 'download',
    change: (a) => (a.body = `${String(a.body).slice(0, 40)}\n`),
    says: 'line 1 is no JSON.',
  },
  {
    does: 'a delete that answers with the file',
    route: 'file-delete',
    change: (a) => (a.body = { name: 'files/x' }),
    says: 'There is a field name, which is not recorded.',
  },
  {
    does: 'a file that is gone with 404',
    route: 'file-gone',
    change: (a) => (a.status = 404),
    says: 'was answered with 404; expected is 403.',
  },
  {
    does: 'an error that is not wrapped',
    route: 'file-gone',
    change: (a) => (a.body = body(a)['error']),
    says: 'error is missing.',
  },
  {
    does: 'a result file that can be deleted',
    route: 'result-delete',
    change: (a) => {
      a.status = 200;
      a.body = {};
    },
    says: 'was answered with 200; expected is 400.',
  },
];

describe('a deviation of the wire is reported by name', () => {
  it('in more than 30 ways', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(30);
    expect(new Set(CASES.map((one) => one.does)).size).toBe(CASES.length);
  });

  it.each(CASES)('$does', async ({ route, change, says }) => {
    const server = await FactsServer.start();
    server.mutate((answer, of) => {
      if (of === route) change(answer);
    });
    const state = await check(server.url);
    await server.close();
    expect(describeCheck(state)).toContain(says);
    expect(isAsExpected(state)).toBe(false);
  });
});

describe('gemini-emulator conformance', () => {
  const flags = { ...MODELS, wait: 30, yes: false, json: false };

  async function call(against: string, more: object = {}): Promise<{ code: number; text: string }> {
    let text = '';
    const write = (part: string): void => {
      text += part;
    };
    const code = await runConformance(
      { ...flags, against, ...more },
      { GEMINI_API_KEY: KEY },
      { out: write, err: write },
    );
    return { code, text };
  }

  it('ends with 0 for a server that is as recorded, 1 for one that is not', async () => {
    expect((await call(facts.url)).code).toBe(0);
    facts.mutate((answer, route) => {
      if (route === 'create') delete metadata(answer)['state'];
    });
    const { code, text } = await call(facts.url);
    facts.mutate(() => undefined);
    expect(code).toBe(1);
    expect(text).toContain('metadata.state is missing.');
  });

  it('sends nothing to a server that may bill without --yes, nor to what is no address', async () => {
    const { code, text } = await call('https://generativelanguage.googleapis.com');
    expect(code).toBe(2);
    expect(text).toContain('about $0.08');
    expect((await call('nowhere')).code).toBe(2);
  });

  it('goes on where a check was left, and begins anew after one that is over', async () => {
    const emulator = await startEmulator({ seed: 3, jobDuration: 3_600_000 });
    const file = join(folder, 'state.json');
    try {
      expect((await call(emulator.url, { state: file, wait: 0 })).code).toBe(3);
      expect(await readFile(file, 'utf8')).not.toContain(KEY);
      emulator.advanceClock(4_000_000);
      expect((await call(emulator.url, { state: file })).code).toBe(0);
      expect(emulator.ledger.billed()).toHaveLength(2);
    } finally {
      await emulator.close();
    }
  });
});
