import type { ServerResponse } from 'node:http';
import type { RunStatus, ServerEvent } from '../protocol.js';

/** Proxies and browsers drop a silent connection after a while. */
const HEARTBEAT_MS = 15_000;
const KEPT_LINES = 200;

/** The open pages and the events that all of them get; a page that opens later gets those that it missed. */
export class EventStream {
  readonly #pages = new Set<ServerResponse>();
  readonly #lines: string[] = [];
  #status: RunStatus = { kind: 'idle' };
  readonly #heartbeat: NodeJS.Timeout;

  constructor() {
    this.#heartbeat = setInterval(() => {
      for (const page of this.#pages) page.write(': still here\n\n');
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get status(): RunStatus {
    return this.#status;
  }

  connect(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.#pages.add(response);
    response.on('close', () => {
      this.#pages.delete(response);
    });
    response.write(formatted({ kind: 'status', status: this.#status }));
    for (const text of this.#lines) response.write(formatted({ kind: 'line', text }));
  }

  send(event: ServerEvent): void {
    if (event.kind === 'status') {
      if (event.status.kind === 'running' && this.#status.kind !== 'running') this.#lines.length = 0;
      this.#status = event.status;
    }
    if (event.kind === 'line') {
      this.#lines.push(event.text);
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    }
    for (const page of this.#pages) page.write(formatted(event));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const page of this.#pages) page.end();
  }
}

function formatted(event: ServerEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
