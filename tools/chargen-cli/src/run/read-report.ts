import { parseReport, type RunReport } from 'chargen-core';

/** A run's report; undefined if the file is absent, cut short or of another form. */
export function readReport(text: string | undefined): RunReport | undefined {
  return text === undefined ? undefined : parseReport(text);
}
