import { invalidArgument } from '../wire/errors.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

/** Where an item stands in a list: a number that rises from item to item, and a name that separates equal ones. */
export interface Place {
  readonly rank: number;
  readonly name: string;
}

/**
 * A page by `pageSize` and `pageToken` (either spelling). The token is the place of the next item, so that a list that
 * is gone through while others delete from it, or add to its beginning, shows each remaining item once.
 * @param all in the order of their places
 */
export function pageOf<T>(
  all: readonly T[],
  placeOf: (item: T) => Place,
  query: URLSearchParams,
  sizes: { readonly standard: number; readonly most: number },
): Page<T> {
  const asked = query.get('pageSize') ?? query.get('page_size');
  const size = asked === null ? sizes.standard : Number(asked);
  if (!Number.isInteger(size) || size < 0)
    throw invalidArgument(`Invalid value at 'page_size': ${String(asked)}`);
  const token = query.get('pageToken') ?? query.get('page_token') ?? '';
  const from = token === '' ? undefined : readToken(token);
  const rest = from === undefined ? all : all.filter((item) => !isBefore(placeOf(item), from));
  const count = Math.min(size === 0 ? sizes.standard : size, sizes.most);
  const next = rest[count];
  return {
    items: rest.slice(0, count),
    ...(next === undefined ? {} : { nextPageToken: writeToken(placeOf(next)) }),
  };
}

const isBefore = (a: Place, b: Place): boolean => a.rank < b.rank || (a.rank === b.rank && a.name < b.name);

const writeToken = ({ rank, name }: Place): string => Buffer.from(`${rank} ${name}`).toString('base64url');

function readToken(token: string): Place {
  const [, rank, name] =
    /^(-?\d+(?:\.\d+)?) (.+)$/.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? [];
  if (rank === undefined || name === undefined) throw invalidArgument('Invalid page token.');
  return { rank: Number(rank), name };
}
