import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What happens to a request before it is routed. */
export type GateVerdict =
  | { readonly kind: 'passed'; readonly path: string }
  | { readonly kind: 'turned-away'; readonly status: 400 | 403 | 405 | 421; readonly message: string };

export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Lets through only what comes from this machine's browser, from the page itself, with the token in the address.
 * A page of another site can make a browser send requests here; it knows no token, bears another Origin, and (by
 * DNS rebinding) another Host.
 */
export class Gate {
  constructor(
    readonly token: string,
    readonly port: number,
  ) {}

  get hosts(): readonly string[] {
    return ['127.0.0.1', 'localhost'].map((name) => `${name}:${this.port}`);
  }

  judge(request: IncomingMessage): GateVerdict {
    const { host, origin } = request.headers;
    if (host === undefined || !this.hosts.includes(host)) {
      return turnedAway(421, 'This server answers only to 127.0.0.1 and localhost.');
    }
    const method = request.method ?? '';
    if (!['GET', 'HEAD', 'POST'].includes(method))
      return turnedAway(405, 'Only GET and POST are known here.');
    const site = request.headers['sec-fetch-site'];
    // "none" is what a person types or opens from elsewhere than a page.
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return turnedAway(403, 'Requests from other pages are not answered.');
    }
    if (origin !== undefined && origin !== `http://${host}`) {
      return turnedAway(403, 'Requests from other pages are not answered.');
    }
    if (method === 'POST' && origin === undefined)
      return turnedAway(403, 'A change must come from the page itself.');
    const path = pathOf(request.url ?? '/');
    if (path === undefined) return turnedAway(400, 'The address cannot be read.');
    const [, token = '', ...rest] = path.split('/');
    if (!isSame(token, this.token)) {
      return turnedAway(
        403,
        'The token in the address is missing or wrong. Open the address that chargen gallery --serve printed.',
      );
    }
    return { kind: 'passed', path: rest.join('/') };
  }
}

function turnedAway(
  status: Extract<GateVerdict, { kind: 'turned-away' }>['status'],
  message: string,
): GateVerdict {
  return { kind: 'turned-away', status, message };
}

/** The path without `..`, decoded once. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
}

/** Takes a time that does not reveal how much of the text is right. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
