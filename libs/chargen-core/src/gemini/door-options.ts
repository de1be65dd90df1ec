export const GEMINI_BASE_URL = 'https://generativelanguage.googleapis.com/';

export interface DoorOptions {
  readonly apiKey: string;
  /** Where the service answers; the emulator's address in tests and previews. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds for one answer of a few kilobytes; uploads and downloads have none but the signal's. */
  readonly timeout?: number;
  /** What requests are sent with; a caller that reads the raw answers gives its own. Default: the fetch of Node. */
  readonly fetch?: typeof fetch | undefined;
}
