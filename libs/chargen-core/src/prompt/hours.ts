import type { PromptPart, Scene } from '../content/index.js';
import { letters } from '../util/letters.js';
import { remembered } from '../util/remembered.js';

/** Hours that differ in their light, and how authors write them. Data: a new word needs no code. */
const HOUR_WORDS = {
  dawn: 'dawn|daybreak|sunrise|first light|pre-dawn|twilight of morning|golden hour of dawn',
  morning: 'morning|mid-morning|day|daytime|daylight',
  midday: 'midday|noon|noonday|high sun|day|daytime|daylight',
  afternoon: 'afternoon|golden hour|day|daytime|daylight',
  dusk: 'dusk|sunset|twilight|evening|gloaming|last light|dying sun|nightfall|golden hour',
  night: 'night|nighttime|midnight|moonlight|moonlit|starlight|starlit|evening|torchlit night|after dark',
} as const;
export type Hour = keyof typeof HOUR_WORDS;

const HOURS = Object.entries(HOUR_WORDS).map(([hour, words]) => ({
  hour,
  pattern: letters(new RegExp(String.raw`(?<![\p{L}])(?:${words})(?![\p{L}])`, 'iu')),
}));

/** The hours that a text names; "late afternoon" and "torchlit night" are found as well as "night". */
export const hoursIn = remembered((text): ReadonlySet<string> => {
  const plain = text.replaceAll('_', ' ');
  return new Set(HOURS.flatMap(({ hour, pattern }) => (pattern.test(plain) ? [hour] : [])));
});

/** When a scene happens: what its field says, else its own light, else its words; empty if nothing says it. */
export function hoursOf(scene: Scene): ReadonlySet<string> {
  const own = scene.parts.filter((part) => part.scope === undefined);
  const texts = [
    scene.hour ?? '',
    ...own.filter((part) => part.section === 'light').map((part) => part.text),
    scene.prompt ?? '',
    own
      .filter((part) => part.section !== 'light')
      .map((part) => part.text)
      .join(' '),
    `${scene.title} ${scene.id.replaceAll('-', ' ')}`,
  ];
  for (const text of texts) {
    const found = hoursIn(text);
    if (found.size > 0) return found;
  }
  return new Set();
}

/**
 * Whether light that was stated for an hour holds in a scene. Light without an hour holds at any; light with one
 * holds only if the scene is at it, so that a scene that names no hour is given none.
 */
export function holdsAt(part: PromptPart, scene: ReadonlySet<string>): boolean {
  const byKey = hoursIn(part.hour ?? '');
  const named = byKey.size > 0 ? byKey : hoursIn(part.text);
  return named.size === 0 || [...named].some((hour) => scene.has(hour));
}
