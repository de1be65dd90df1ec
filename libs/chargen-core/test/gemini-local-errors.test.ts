import { GeminiError } from '../src/index.js';
import { isRetryable, toGeminiError } from '../src/gemini/errors.js';
import { describe, expect, it } from 'vitest';

function withCode(code: string): Error {
  return Object.assign(new Error(`${code}: something`), { code });
}

describe('an error in the middle of a call to Gemini', () => {
  it.each(['ENOSPC', 'EACCES', 'EROFS'])("is this machine's own where its files say so: %s", (code) => {
    const error = toGeminiError(withCode(code));
    expect(error).not.toBeInstanceOf(GeminiError);
    expect(isRetryable(error)).toBe(false);
  });

  it.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT'])(
    'is asked again where the way there broke: %s',
    (code) => {
      const error = toGeminiError(new TypeError('fetch failed', { cause: withCode(code) }));
      expect(error).toBeInstanceOf(GeminiError);
      expect(isRetryable(error)).toBe(true);
    },
  );
});
