import { startEmulator, type Emulator, type EmulatorOptions } from 'gemini-emulator';
import type { TestWorkspace } from './workspace.js';

/** The emulator in this process, and the environment that leads a workspace to it. */
export class Service {
  private constructor(readonly emulator: Emulator) {}

  static async start(options: EmulatorOptions = {}): Promise<Service> {
    return new Service(await startEmulator({ port: 0, ...options }));
  }

  serve(workspace: TestWorkspace, key = 'test-key-1'): void {
    Object.assign(workspace.env, { GOOGLE_GEMINI_BASE_URL: this.emulator.url, GEMINI_API_KEY: key });
  }

  /** Requests that could change something or cost something. */
  posts(): number {
    return this.emulator.ledger.requests().filter((request) => request.method !== 'GET').length;
  }

  requests(): number {
    return this.emulator.ledger.requests().length;
  }

  /** Content keys that were billed, in order, doubles included. */
  billed(): string[] {
    return this.emulator.ledger.billed().map((item) => item.key ?? '');
  }

  close(): Promise<void> {
    return this.emulator.close();
  }
}
