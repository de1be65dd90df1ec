import type { Entity } from '../entity.js';
import type { DialectForm, DialectReader } from '../reader.js';
import { c1c2Reader } from './c1-c2.js';
import { canonicalReader } from './canonical.js';
import { h1Reader } from './h1.js';
import { l1Reader } from './l1.js';
import { l2Reader } from './l2.js';
import { l3Reader } from './l3.js';
import { l4Reader } from './l4.js';
import { l5Reader } from './l5.js';
import { l6Reader } from './l6.js';

/**
 * Every dialect, in the order in which it is asked; the first that recognises a file reads it. The locations go
 * from the most to the least specific mark, so that a file with marks of two is read as the richer one.
 */
export const DIALECTS: readonly DialectReader[] = [
  c1c2Reader,
  canonicalReader,
  h1Reader,
  l2Reader,
  l6Reader,
  l5Reader,
  l4Reader,
  l3Reader,
  l1Reader,
];

/** What an entity's file can take, and what is read with it. */
export function formOf({ dialect }: Pick<Entity, 'dialect'>): DialectForm {
  const reader = DIALECTS.find((one) => one.dialect === dialect);
  if (reader === undefined) throw new Error(`There is no reader for the dialect ${dialect}.`);
  return reader.form;
}
