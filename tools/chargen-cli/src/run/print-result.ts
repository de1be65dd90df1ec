import { stripVTControlCharacters } from 'node:util';
import { describeNames, describeReport, plural, type StopWords } from 'chargen-core';
import { EXIT } from '../cli/exit-code.js';
import { jsonText } from '../output/json.js';
import { STOP_WORDS } from './stop-words.js';
import type { TargetResult, TargetRun } from './target-run.js';

/** What is reported when a run is over. */
export async function printResult(
  result: TargetResult,
  { io, globals, target }: TargetRun,
  words: StopWords = STOP_WORDS,
): Promise<void> {
  const { report, fromCache, laidByNx, brokeOff, nxOutput } = result;
  if (globals.json) {
    await io.out(jsonText(resultJson(result)));
    return;
  }
  const restored =
    laidByNx.length === 0
      ? ''
      : `Nx took ${plural(laidByNx.length, 'picture')} from its cache; nothing was paid: ${describeNames(laidByNx)}.\n`;
  if (report !== undefined) {
    await io.out(`${io.fit(describeReport(report, words))}\n${restored}`);
    return;
  }
  if (fromCache) {
    await io.out(
      restored === '' ? `Nothing had to be done: Nx has the results of ${target} in its cache.\n` : restored,
    );
    return;
  }
  if (result.exitCode === EXIT.interrupted && !brokeOff) {
    io.err('Stopped. Nothing was submitted.\n');
    return;
  }
  const why = brokeOff
    ? 'The run ended without a report: the cause stands above, unless its process crashed or was killed. Nothing that was paid for is lost. Go on with: npx chargen batch resume'
    : 'Nx ended before chargen could begin; its output is above.';
  io.err(`${stripVTControlCharacters(nxOutput).trim()}\n\n${why}\n`);
}

/** The same for scripts. */
export function resultJson({
  exitCode,
  fromCache,
  laidByNx,
  brokeOff,
  report,
  nxOutput,
}: TargetResult): object {
  return {
    exitCode,
    fromCache,
    laidByNx,
    report: report ?? null,
    ...(report === undefined && !fromCache ? { brokeOff, nxOutput } : {}),
  };
}
