export interface Limits {
  /** The largest body that one PUT may have, in bytes. */
  readonly maxEntryBytes: number;
  /** What all Nx entries together may have; the least recently used go first. Store objects are not counted. */
  readonly maxCacheBytes: number;
  /** What all store objects together may have; beyond it a PUT is rejected, since they stand for money. */
  readonly maxStoreBytes: number;
  /** Open connections that have not shown a token; above it the oldest of them is ended. */
  readonly maxUnknownConnections: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxEntryBytes: 512 * 2 ** 20,
  maxCacheBytes: 20 * 2 ** 30,
  maxStoreBytes: 100 * 2 ** 30,
  // A cold clone asks for thousands of entries at once.
  maxUnknownConnections: 2048,
};

export interface CacheServerOptions {
  /** Holds everything; made if it is missing. */
  readonly folder: string;
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Who has it may read and write. */
  readonly token?: string;
  /** Who has it may read. */
  readonly readToken?: string;
  readonly limits?: Partial<Limits>;
  /** A connection on which nothing moves for so many milliseconds is ended; default two minutes. */
  readonly idleMs?: number;
  /** Milliseconds since 1970, for the expiry of claims. */
  readonly now?: () => number;
  /** One line for each request, without tokens. */
  readonly log?: (line: string) => void;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** Throws an Error with a message for people if a setting would open the cache to every client. */
export function checkOptions(options: CacheServerOptions): void {
  const { token, readToken, host = '127.0.0.1' } = options;
  if (token === undefined && !LOOPBACK.has(host)) {
    throw new Error(
      `Without a token the server listens on 127.0.0.1 only, not on ${host}: a client that can write to a cache can put ` +
        'files into the workspace of each client that reads it. Set CHARGEN_CACHE_TOKEN.',
    );
  }
  if (token === undefined && readToken !== undefined) {
    throw new Error('There is a read-only token but none that may write. Set CHARGEN_CACHE_TOKEN too.');
  }
  for (const value of [token, readToken]) {
    if (value !== undefined && value.length < 8) throw new Error('A token needs at least 8 characters.');
  }
  if (token !== undefined && token === readToken) {
    throw new Error('The read-only token must not be the one that may write.');
  }
}
