/** What is to be said below a benchmark's table: why a number is what it is, and what was done about it. */
export const REMARKS: Readonly<Record<string, readonly string[]>> = {};
