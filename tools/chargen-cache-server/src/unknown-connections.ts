import type { Socket } from 'node:net';

/**
 * Connections that have not shown a token yet. Above the limit the oldest of them is ended: who has a token shows it
 * with the first request, and who has none must not use up what the server can hold.
 */
export class UnknownConnections {
  readonly #open = new Set<Socket>();

  constructor(readonly limit: number) {}

  add(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
    });
    const [oldest] = this.#open;
    if (this.#open.size > this.limit) oldest?.destroy();
  }

  /** It has shown a token that the server knows. */
  delete(socket: Socket): void {
    this.#open.delete(socket);
  }
}
