/**
 * What an address names.
 *
 * - `nx`: Nx's self-hosted remote cache, `GET` and `PUT /v1/cache/{hash}`
 *   (https://nx.dev/docs/guides/tasks--caching/self-hosted-caching)
 * - `store`: results of chargen by content key, `GET` and `PUT /v1/store/{key}`
 * - `lookup`: which of many keys have a result, `POST /v1/lookup`
 * - `claims`, `release`: who is about to pay for which keys, `GET` and `POST /v1/claims`, `POST /v1/claims/release`
 */
export type Route =
  | { readonly kind: 'health' }
  | { readonly kind: 'lookup' | 'claims' | 'release' }
  | { readonly kind: 'nx' | 'store'; readonly name: string }
  | { readonly kind: 'unknown' };

export function matchRoute(path: string): Route {
  if (path === '/health') return { kind: 'health' };
  if (path === '/v1/lookup') return { kind: 'lookup' };
  if (path === '/v1/claims') return { kind: 'claims' };
  if (path === '/v1/claims/release') return { kind: 'release' };
  const match = /^\/v1\/(cache|store)\/([0-9A-Za-z_-]{2,128})$/.exec(path);
  const name = match?.[2];
  if (name === undefined) return { kind: 'unknown' };
  if (match?.[1] === 'cache') return { kind: 'nx', name };
  if (!/^[0-9a-f]{64}$/.test(name)) return { kind: 'unknown' };
  return { kind: 'store', name };
}
