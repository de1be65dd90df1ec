import { invalidArgument } from '../wire/errors.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

/** A page by `pageSize` and `pageToken` (either spelling); the token is the place of the next item's name. */
export function pageOf<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  query: URLSearchParams,
  sizes: { readonly standard: number; readonly most: number },
): Page<T> {
  const asked = query.get('pageSize') ?? query.get('page_size');
  const size = asked === null ? sizes.standard : Number(asked);
  if (!Number.isInteger(size) || size < 0)
    throw invalidArgument(`Invalid value at 'page_size': ${String(asked)}`);
  const token = query.get('pageToken') ?? query.get('page_token');
  let start = 0;
  if (token !== null && token !== '') {
    const name = Buffer.from(token, 'base64url').toString('utf8');
    start = all.findIndex((item) => nameOf(item) === name);
    if (start < 0) throw invalidArgument('Invalid page token.');
  }
  const end = start + Math.min(size === 0 ? sizes.standard : size, sizes.most);
  const next = all[end];
  return {
    items: all.slice(start, end),
    ...(next === undefined ? {} : { nextPageToken: Buffer.from(nameOf(next)).toString('base64url') }),
  };
}
