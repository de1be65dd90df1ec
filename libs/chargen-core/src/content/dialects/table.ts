import type { DialectReader } from '../reader.js';
import { canonicalReader } from './canonical.js';

/** Every dialect, in the order in which it is asked; the first that recognises a file reads it. */
export const DIALECTS: readonly DialectReader[] = [canonicalReader];
