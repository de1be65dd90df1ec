import type { DoorOptions, GeminiDoor } from './door.js';

/** Opens Gemini. The SDK is loaded only here: a run with nothing to ask for never pays for loading it. */
export async function openGemini(options: DoorOptions): Promise<GeminiDoor> {
  const { SdkDoor } = await import('./sdk-door.js');
  return new SdkDoor(options);
}
