/**
 * What a command ends with. Each has one meaning in every command; more in docs/exit-codes.md. Nx knows only
 * 0 and 1, so for runs these come from the run's report.
 */
export const EXIT = {
  done: 0,
  /** Something failed, or `check` found errors; the rest was done. */
  partial: 1,
  /** The command line, the configuration or the content does not allow it. Nothing was done. */
  badInput: 2,
  /** Google works on it, or something waits to be made. Come back with the same command. */
  running: 3,
  /** It would cost more than the cap. Nothing was uploaded. */
  budget: 4,
  /** A job may or may not exist at Google; only a person can find out. */
  uncertain: 5,
  /** No key, a key that Google does not take, or a service that cannot be reached. */
  unavailable: 6,
  /** A fault of chargen itself. */
  internal: 70,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help` and the documentation. */
export const EXIT_MEANING: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'partial: something failed, the rest was done',
  2: 'bad input: nothing was done',
  3: 'still running or still to be made: come back later',
  4: 'budget: it would cost more than the cap',
  5: 'uncertain: a job may exist at Google, look before you go on',
  6: 'unavailable: no key, or the service could not be used',
  70: 'a fault of chargen itself',
  130: 'stopped by Ctrl-C',
};
