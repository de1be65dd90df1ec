import type { GeminiDoor } from './door.js';

export const GEMINI_BASE_URL = 'https://generativelanguage.googleapis.com/';

export interface DoorOptions {
  readonly apiKey: string;
  /** Where the service answers; the emulator's address in tests and previews. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds for one answer of a few kilobytes; uploads and downloads have none but the signal's. */
  readonly timeout?: number;
}

/** Opens Gemini. The SDK is loaded only here: a run with nothing to ask for never pays for loading it. */
export async function openGemini(options: DoorOptions): Promise<GeminiDoor> {
  const { SdkDoor } = await import('./sdk-door.js');
  return new SdkDoor(options);
}
