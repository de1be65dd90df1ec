/** The result of one check of `doctor`. */
export interface Finding {
  /** Stable, kebab-case, for scripts. */
  readonly check: string;
  readonly verdict: 'ok' | 'note' | 'warning' | 'error';
  readonly message: string;
  /** The next step, if there is one. */
  readonly advice?: string;
}

export function ok(check: string, message: string): Finding {
  return { check, verdict: 'ok', message };
}
