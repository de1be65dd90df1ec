import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCacheServer } from '../src/index.js';
import { Served } from './support/served.js';

const WRITER = 'the-writers-token';
const READER = 'the-readers-token';
const ENTRY = '/v1/cache/77';

describe('tokens of the cache server', () => {
  let served: Served;

  beforeAll(async () => {
    served = await Served.start({ token: WRITER, readToken: READER });
  });

  afterAll(() => served.stop());

  it.each([undefined, 'another-token', `${WRITER}x`, ''])('let nobody in with %s', async (token) => {
    expect(await served.status('PUT', ENTRY, 'x', token)).toBe(401);
    expect(await served.status('GET', ENTRY, undefined, token)).toBe(401);
  });

  it('let the writer write and both read', async () => {
    expect(await served.status('PUT', ENTRY, 'x', WRITER)).toBe(200);
    expect(await served.status('GET', ENTRY, undefined, WRITER)).toBe(200);
    expect(await served.status('GET', ENTRY, undefined, READER)).toBe(200);
  });

  it('let the reader neither write an entry, nor a result, nor a claim', async () => {
    const key = 'a'.repeat(64);
    expect(await served.status('PUT', '/v1/cache/78', 'x', READER)).toBe(403);
    expect(await served.status('PUT', `/v1/store/${key}`, 'x', READER)).toBe(403);
    expect(await served.status('POST', '/v1/claims', '{}', READER)).toBe(403);
    expect(await served.status('POST', '/v1/claims/release', '{}', READER)).toBe(403);
  });

  it('let the reader look up results and claims', async () => {
    const keys = JSON.stringify({ keys: ['a'.repeat(64)] });
    expect(await served.status('POST', '/v1/lookup', keys, READER)).toBe(200);
    expect(await served.status('GET', '/v1/claims', undefined, READER)).toBe(200);
  });

  it('are not needed to ask whether it is up', async () => {
    expect(await served.status('GET', '/health')).toBe(200);
  });

  it.each([
    [{ host: '0.0.0.0' }, 'Without a token'],
    [{ readToken: READER }, 'none that may write'],
    [{ token: WRITER, readToken: WRITER }, 'must not be the one'],
    [{ token: 'short' }, 'at least 8'],
  ])('stop a server that would be open to everybody: %o', async (options, message) => {
    await expect(startCacheServer({ folder: served.folder, port: 0, ...options })).rejects.toThrow(message);
  });
});
