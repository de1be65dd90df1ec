import { createHash, timingSafeEqual } from 'node:crypto';

export type Access = 'none' | 'read' | 'write';

/** Judges the `Authorization` header of requests. Compared by digest, so that the time taken reveals nothing about a token. */
export class AccessList {
  readonly #write: Buffer | undefined;
  readonly #read: Buffer | undefined;

  constructor(token: string | undefined, readToken: string | undefined) {
    this.#write = token === undefined ? undefined : digest(token);
    this.#read = readToken === undefined ? undefined : digest(readToken);
  }

  of(authorization: string | undefined): Access {
    if (this.#write === undefined) return 'write';
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return 'none';
    const one = digest(given);
    if (timingSafeEqual(one, this.#write)) return 'write';
    if (this.#read !== undefined && timingSafeEqual(one, this.#read)) return 'read';
    return 'none';
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
