import { Fault } from './fault.js';

/** The body of a request that claims keys. */
export interface ClaimOrder {
  readonly owner: string;
  readonly label: string;
  readonly ttlSeconds: number;
  /** The new end may be an earlier one than before. */
  readonly mayShorten: boolean;
  readonly claims: readonly { readonly key: string; readonly what: string }[];
}

/** A job at Google may take 48 hours; nothing is claimed for longer than that and some. */
const MAX_TTL_SECONDS = 72 * 3600;

/** Keys of one request. */
const MAX_KEYS = 1000;

/** Throws a Fault (400) for anything else than an order. */
export function parseClaimOrder(text: string): ClaimOrder {
  const data = parseObject(text);
  const ttlSeconds = data['ttlSeconds'];
  const owner = ownerOf(data);
  const claims = Array.isArray(data['claims']) ? data['claims'].map(parseKeyed) : [];
  if (
    owner === undefined ||
    typeof ttlSeconds !== 'number' ||
    !(ttlSeconds > 0 && ttlSeconds <= MAX_TTL_SECONDS) ||
    claims.length > MAX_KEYS ||
    claims.includes(undefined)
  ) {
    throw new Fault(
      400,
      `A claim is {"owner": "…", "label": "…", "ttlSeconds": 1 to ${MAX_TTL_SECONDS}, "claims": [{"key": "…", ` +
        `"what": "…"}]}, with at most ${MAX_KEYS} keys.`,
    );
  }
  return {
    owner,
    label: safeText(data['label']),
    ttlSeconds,
    mayShorten: data['mayShorten'] === true,
    claims: claims.flatMap((one) => one ?? []),
  };
}

/** Throws a Fault (400) for anything else than keys, with their owner if one is needed. */
export function parseKeys(text: string): { readonly keys: readonly string[]; readonly owner: string } {
  const data = parseObject(text);
  const keys: unknown = data['keys'];
  if (!Array.isArray(keys) || keys.length > MAX_KEYS || !keys.every(isKey)) {
    throw new Fault(400, `Give a list of keys: {"keys": ["…"]}, with at most ${MAX_KEYS} of them.`);
  }
  return { keys, owner: ownerOf(data) ?? '' };
}

function ownerOf(data: Readonly<Record<string, unknown>>): string | undefined {
  const { owner } = data;
  return typeof owner === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(owner) ? owner : undefined;
}

function parseKeyed(value: unknown): { readonly key: string; readonly what: string } | undefined {
  if (typeof value !== 'object' || value === null || !('key' in value) || !isKey(value.key)) return undefined;
  return { key: value.key, what: safeText('what' in value ? value.what : '') };
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** It ends in terminals and logs of other machines: no control characters, and not without end. */
function safeText(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200) : '';
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const data: unknown = JSON.parse(text);
    return isObject(data) ? data : {};
  } catch {
    return {};
  }
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null;
}
