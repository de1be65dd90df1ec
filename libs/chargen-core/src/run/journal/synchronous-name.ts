/** Stands in the place of a job's name for a synchronous request (`chargen now`), which Google does not list. */
export const SYNCHRONOUS = 'now';
