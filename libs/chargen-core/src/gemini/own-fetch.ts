import { GeminiError } from './door.js';
import { errorInfo } from './errors.js';

/**
 * No redirect is followed: the key would go to another host, and a 307 would post a create once more. The answer is
 * then read as one with a status that nothing here was made for.
 */
export function fetchOwn(signal: AbortSignal | undefined, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const signals = [signal, init?.signal].filter((one) => one instanceof AbortSignal);
    const response = await send(input, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) });
    // Thrown here: the SDK makes an error without a status of it.
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new GeminiError(errorInfo(response.status, ''));
    }
    return response;
  };
}
