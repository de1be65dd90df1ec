/**
 * A file written within this many milliseconds before it was looked at may be written again without its time stamp
 * changing (file systems tell times in steps of up to two seconds), so that it cannot be known by its time.
 */
export const RACY_MS = 2000;
