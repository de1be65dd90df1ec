import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  CREATED_FROM_FILE,
  errorBody,
  inlineOpen,
  INLINE_SUCCEEDED,
  MAX_TOKENS,
  NANO,
  PICTURE,
  RESPONSE_ID,
  SUCCEEDED_FROM_FILE,
  TEXT_RESPONSE,
  UPLOADED,
} from './support/recorded-shapes.js';
import { expectShape, sortedFields } from './support/shape.js';
import {
  IMAGE_MODEL,
  makeWorld,
  pictureLine,
  TEXT_MODEL,
  textLine,
  uploadLines,
  type World,
} from './support/world.js';

const named = z.looseObject({ name: z.string() });

async function call(
  { emulator }: World,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; json: unknown }> {
  const response = await fetch(`${emulator.url}${path}`, {
    method,
    headers: { 'x-goog-api-key': 'a key', 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text === '' ? null : JSON.parse(text) };
}

const say = (text: string): object => ({ contents: [{ parts: [{ text }] }] });

describe('answers have the recorded shapes', () => {
  it('for a job made from a file, first pending and then done', async () => {
    const world = await makeWorld();
    const fileName = await uploadLines(world, [pictureLine('a'), pictureLine('b')]);
    const created = await call(world, 'POST', `/v1beta/models/${IMAGE_MODEL}:batchGenerateContent`, {
      batch: { displayName: 'my batch name', inputConfig: { fileName } },
    });
    expectShape(created.json, CREATED_FROM_FILE);
    const { name } = named.parse(created.json);
    const done = await call(world, 'GET', `/v1beta/${name}`);
    expectShape(done.json, SUCCEEDED_FROM_FILE);
    const listed = await call(world, 'GET', '/v1beta/batches?pageSize=5');
    expectShape(listed.json, { operations: [SUCCEEDED_FROM_FILE] });
    expect((await call(world, 'DELETE', `/v1beta/${name}`, {})).json).toEqual({});
  });

  it('for a job made inline in snake_case: pending, running, done with its results twice, and listed without', async () => {
    const world = await makeWorld({ jobDuration: 60_000, jobStartDelay: 20_000 });
    const requests = ['req_1', 'req_2', 'req_3'].map((key) => ({ request: say(key), metadata: { key } }));
    const created = await call(world, 'POST', `/v1beta/models/${TEXT_MODEL}:batchGenerateContent`, {
      batch: { display_name: 'test-batch-job', input_config: { requests: { requests } } },
    });
    expectShape(created.json, inlineOpen('PENDING'));
    const { name } = named.parse(created.json);
    world.emulator.advanceClock(30_000);
    expectShape((await call(world, 'GET', `/v1beta/${name}`)).json, inlineOpen('RUNNING'));
    world.emulator.advanceClock(30_000);
    expectShape((await call(world, 'GET', `/v1beta/${name}`)).json, INLINE_SUCCEEDED);
    const listed = await call(world, 'GET', '/v1beta/batches');
    expect(JSON.stringify(listed.json)).toContain('BATCH_STATE_SUCCEEDED');
    expect(JSON.stringify(listed.json)).not.toContain('inlinedResponses');
  });

  it('for times: an end is after the creation, and an update never after the end', async () => {
    const world = await makeWorld();
    const fileName = await uploadLines(world, [textLine('a')]);
    const created = await call(world, 'POST', `/v1beta/models/${TEXT_MODEL}:batchGenerateContent`, {
      batch: { displayName: 'times', inputConfig: { fileName } },
    });
    const { json } = await call(world, 'GET', `/v1beta/${named.parse(created.json).name}`);
    const time = z.string().regex(NANO);
    const { metadata } = z
      .looseObject({ metadata: z.looseObject({ createTime: time, updateTime: time, endTime: time }) })
      .parse(json);
    expect(metadata.createTime < metadata.updateTime).toBe(true);
    expect(metadata.updateTime <= metadata.endTime).toBe(true);
  });

  it('for an upload, its file, its deletion, and what is said of it afterwards', async () => {
    const world = await makeWorld();
    const started = await call(
      world,
      'POST',
      '/upload/v1beta/files',
      { file: { mime_type: 'application/jsonl' } },
      {
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
      },
    );
    const url = new URL(started.headers.get('x-goog-upload-url') ?? '');
    expect(url.origin).toBe(world.emulator.url);
    expect(url.searchParams.get('upload_protocol')).toBe('resumable');
    const part = await call(world, 'POST', url.pathname + url.search, 'x'.repeat(10), {
      'x-goog-upload-command': 'upload',
      'x-goog-upload-offset': '0',
    });
    expect(part.headers.get('x-goog-upload-status')).toBe('active');
    const wrong = await call(world, 'POST', url.pathname + url.search, 'y', {
      'x-goog-upload-command': 'upload, finalize',
      'x-goog-upload-offset': '4',
    });
    expect(wrong.status).toBe(400);
    const last = await call(world, 'POST', url.pathname + url.search, 'y', {
      'x-goog-upload-command': 'upload, finalize',
      'x-goog-upload-offset': '10',
    });
    expect(last.headers.get('x-goog-upload-status')).toBe('final');
    expectShape(last.json, UPLOADED);
    const { file } = z.object({ file: named }).parse(last.json);
    expect((await call(world, 'GET', `/v1beta/${file.name}`)).json).toEqual(
      (last.json as { file: unknown }).file,
    );
    expect(await call(world, 'GET', `/v1beta/${file.name}:download?alt=media`)).toMatchObject({
      status: 400,
    });
    expect((await call(world, 'DELETE', `/v1beta/${file.name}`, {})).json).toEqual({});
    const id = file.name.slice('files/'.length);
    const gone = await call(world, 'GET', `/v1beta/${file.name}`);
    expect(gone.status).toBe(403);
    expectShape(
      gone.json,
      errorBody(
        403,
        'PERMISSION_DENIED',
        `You do not have permission to access the File ${id} or it may not exist.`,
      ),
    );
  });

  it('for a text, a picture, tokens, and a model that nobody knows', async () => {
    const world = await makeWorld();
    const text = await call(
      world,
      'POST',
      `/v1beta/models/${TEXT_MODEL}:generateContent`,
      say('why is the sky blue?'),
    );
    expectShape(text.json, TEXT_RESPONSE);
    const max = await call(
      world,
      'POST',
      `/v1beta/models/${TEXT_MODEL}:generateContent`,
      say('why? [[max-tokens]]'),
    );
    expectShape(max.json, MAX_TOKENS);
    const picture = await call(world, 'POST', `/v1beta/models/${IMAGE_MODEL}:generateContent`, {
      ...say('a kettle'),
      generation_config: { response_modalities: ['IMAGE'], image_config: { aspect_ratio: '9:16' } },
    });
    expectShape(picture.json, PICTURE);
    const tokens = await call(
      world,
      'POST',
      `/v1beta/models/${TEXT_MODEL}:countTokens`,
      say('The quick brown fox jumps over the lazy dog.'),
    );
    expectShape(tokens.json, {
      totalTokens: 11,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 11 }],
    });
    const unknown = await call(world, 'POST', '/v1beta/models/custom-gemini:generateContent', say('hello'));
    expect(unknown.status).toBe(404);
    expectShape(
      unknown.json,
      errorBody(
        404,
        'NOT_FOUND',
        'models/custom-gemini is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.',
      ),
    );
  });

  it('for a streamed picture: a chunk a part, then one with the reason and no part', async () => {
    const world = await makeWorld();
    const response = await fetch(
      `${world.emulator.url}/v1beta/models/${IMAGE_MODEL}:streamGenerateContent?alt=sse`,
      {
        method: 'POST',
        headers: { 'x-goog-api-key': 'a key' },
        body: JSON.stringify({ ...say('fireworks'), generationConfig: { responseModalities: ['IMAGE'] } }),
      },
    );
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const chunks = (await response.text())
      .split('\r\n\r\n')
      .filter((chunk) => chunk !== '')
      .map((chunk): unknown => JSON.parse(chunk.replace(/^data: /, '')));
    expect(chunks).toHaveLength(2);
    expect(chunks[0]).toMatchObject({
      candidates: [{ content: { parts: [{ inlineData: {} }], role: 'model' }, index: 0 }],
    });
    expect(chunks[1]).toMatchObject({
      candidates: [{ content: { role: 'model' }, finishReason: 'STOP', index: 0 }],
    });
  });

  it('for result lines: the answer before its key, fields in varying order, and nothing beside them', async () => {
    const world = await makeWorld();
    const lines = Array.from({ length: 12 }, (_, i) => textLine(`k${String(i)}`));
    const fileName = await uploadLines(world, lines);
    const created = await call(world, 'POST', `/v1beta/models/${TEXT_MODEL}:batchGenerateContent`, {
      batch: { displayName: 'lines', inputConfig: { fileName } },
    });
    const { name } = named.parse(created.json);
    await call(world, 'GET', `/v1beta/${name}`);
    const file = await fetch(
      `${world.emulator.url}/download/v1beta/files/batch-${name.slice('batches/'.length)}:download?alt=media&key=a%20key`,
    );
    const parsed = (await file.text())
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const orders = new Set<string>();
    for (const line of parsed) {
      expect(Object.keys(line as object)).toEqual(['response', 'key']);
      const { response } = line as { response: object };
      orders.add(Object.keys(response).join());
      expectShape(sortedFields(response), sortedFields(TEXT_RESPONSE) as typeof TEXT_RESPONSE);
    }
    expect(orders.size).toBeGreaterThan(1);
    const keys = parsed.map((line) => (line as { key: string }).key);
    expect(keys).not.toEqual(lines.map(({ key }) => key));
    expect([...keys].sort()).toEqual(lines.map(({ key }) => key).sort());
  });

  it('for a key that is missing, and one that is not let in', async () => {
    const world = await makeWorld({ apiKeys: ['the right one'] });
    const without = await fetch(`${world.emulator.url}/v1beta/models`);
    expect(without.status).toBe(403);
    const wrong = await call(world, 'GET', '/v1beta/models');
    expect(wrong.status).toBe(400);
    expectShape(wrong.json, {
      error: {
        code: 400,
        message: 'API key not valid. Please pass a valid API key.',
        status: 'INVALID_ARGUMENT',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'API_KEY_INVALID',
            domain: 'googleapis.com',
            metadata: { service: 'generativelanguage.googleapis.com' },
          },
        ],
      },
    });
  });

  it('says in every answer that it is no Google service', async () => {
    const world = await makeWorld();
    for (const path of ['/v1beta/models', '/v1beta/nothing', '/', '/__emulator/ledger']) {
      const { headers } = await fetch(`${world.emulator.url}${path}`);
      expect(headers.get('x-gemini-emulator'), path).toBe('1');
    }
  });

  it('gives ids that no two answers share', async () => {
    const world = await makeWorld();
    const ids = new Set<string>();
    for (let i = 0; i < 20; i += 1) {
      const { json } = await call(world, 'POST', `/v1beta/models/${TEXT_MODEL}:generateContent`, say('same'));
      ids.add(z.looseObject({ responseId: z.string().regex(RESPONSE_ID) }).parse(json).responseId);
    }
    expect(ids.size).toBe(20);
  });
});
