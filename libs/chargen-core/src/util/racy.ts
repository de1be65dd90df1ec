/**
 * A file written within this many milliseconds before it was looked at may be written again without its time stamp
 * changing (file systems store times in steps of up to two seconds), so its time does not identify it.
 */
export const RACY_MS = 2000;
