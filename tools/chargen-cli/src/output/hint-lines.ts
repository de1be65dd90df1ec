import { dollars, noStyleMessage, plural, type WorldPlan } from 'chargen-core';
import { wrapWords } from './wrap-words.js';

/** The same for people, broken between words, each line with its end. */
export function hintText(totals: WorldPlan['totals'], columns: number): string {
  const lines = hintLines(totals).flatMap((line) => wrapWords(line, columns));
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * What a person should know before paying: pictures that are there already, a style that nothing states, and limits of
 * the tier that the run is likely to meet.
 */
export function hintLines({ adoptable, withoutStyle, limits }: WorldPlan['totals']): string[] {
  return [
    ...adoptableLines(adoptable),
    ...(withoutStyle === null ? [] : [noStyleMessage(withoutStyle)]),
    ...limits.map(({ text }) => text),
  ];
}

function adoptableLines({ scenes, cost }: WorldPlan['totals']['adoptable']): string[] {
  if (scenes === 0) return [];
  const look = scenes === 1 ? 'scene looks' : 'scenes look';
  const price = cost.expected === 0 ? '' : ` Making them would cost about ${dollars(cost.expected)}.`;
  return [
    `${scenes} ${look} already made: ${plural(scenes, 'picture')} from before chargen ${scenes === 1 ? 'is' : 'are'} there.${price} To count them as done, without paying: chargen adopt --dry-run`,
  ];
}
