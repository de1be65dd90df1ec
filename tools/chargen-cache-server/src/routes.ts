/**
 * What an address names.
 *
 * - `nx`: Nx's self-hosted remote cache, `GET` and `PUT /v1/cache/{hash}`
 *   (https://nx.dev/docs/guides/tasks--caching/self-hosted-caching)
 * - `store`: results of chargen by content key, `GET` and `PUT /v1/store/{key}`
 * - `claim`: who is about to pay for a key, `PUT` and `DELETE /v1/claims/{key}`
 */
export type Route =
  | { readonly kind: 'health' }
  | { readonly kind: 'nx' | 'store' | 'claim'; readonly name: string }
  | { readonly kind: 'unknown' };

export function matchRoute(path: string): Route {
  if (path === '/health') return { kind: 'health' };
  const match = /^\/v1\/(cache|store|claims)\/([0-9A-Za-z_-]{2,128})$/.exec(path);
  const name = match?.[2];
  if (name === undefined) return { kind: 'unknown' };
  if (match?.[1] === 'cache') return { kind: 'nx', name };
  if (!/^[0-9a-f]{64}$/.test(name)) return { kind: 'unknown' };
  return { kind: match?.[1] === 'store' ? 'store' : 'claim', name };
}
