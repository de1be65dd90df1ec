import type { Entity, PromptPart, Scene } from '../content/index.js';
import { letters } from '../util/letters.js';
import { holdsAt, hoursOf } from './hours.js';
import type { Unsaid, Why } from './looks.js';
import { overlap } from './say-once.js';

/** Of an author's light, colours and the like this much may be in the prompt already before they are left out. */
const MOSTLY_SAID = 0.7;
/** Of what changes, which the prompt mostly shows in words of its own. */
const HALF_SAID = 0.5;

/** The parts of a scene that its prompt says, with names and in words for a painter, and those that it does not. */
export function sceneParts(
  scene: Scene,
  nameOf: (who: { readonly slug: string; readonly name: string }) => string,
): { readonly included: readonly PromptPart[]; readonly unsaid: readonly Unsaid[] } {
  const included: PromptPart[] = [];
  const unsaid: Unsaid[] = [];
  let found: ReadonlySet<string> | undefined;
  const hours = (): ReadonlySet<string> => (found ??= hoursOf(scene));
  const hasOwnLight = scene.parts.some((part) => part.section === 'light' && part.scope === undefined);
  for (const part of scene.parts) {
    const why = whyNot(part, scene, hours, hasOwnLight);
    const text = part.who === undefined ? changeIn(part) : `${nameOf(part.who)}: ${part.text}`;
    const seen = part.section === 'light' && text !== undefined ? seenLight(text) : { text, rest: '' };
    if (seen.rest !== '' && why === undefined)
      unsaid.push({ text: seen.rest, source: part.source, why: 'not-visible' });
    if (seen.text === undefined && text !== undefined) continue;
    if (why !== undefined || text === undefined)
      unsaid.push({ text: part.text, source: part.source, why: why ?? 'no-change' });
    else included.push({ ...part, text: seen.text ?? text });
  }
  return { included, unsaid };
}

function whyNot(
  part: PromptPart,
  scene: Scene,
  hours: () => ReadonlySet<string>,
  hasOwnLight: boolean,
): Why | undefined {
  if (part.scope === 'site') {
    if (part.section === 'place' || part.section === 'mood')
      return scene.place?.kind === 'overview' ? undefined : 'whole-site';
    if (part.section === 'light') {
      if (hasOwnLight) return 'own-light';
      return holdsAt(part, hours()) ? undefined : 'other-hour';
    }
  }
  const { prompt } = scene;
  if (part.phase !== undefined && prompt !== undefined && overlap(part.text, prompt) >= HALF_SAID)
    return 'said-already';
  const mayRepeat = part.section === 'light' || part.section === 'palette' || part.section === 'place';
  return prompt !== undefined && mayRepeat && overlap(part.text, prompt) >= MOSTLY_SAID
    ? 'said-already'
    : undefined;
}

const QUOTED = letters(
  /(?<![\p{L}\p{N}])['‘"“]([^'"“”‘’]*(?:['’](?=\p{L})[^'"“”‘’]*)*)['’"”](?![\p{L}\p{N}])([,.]?)/gu,
);

/** What is heard, smelt or felt, and what says of an hour that it is any. */
const UNSEEN =
  /\b(?:smells?|scents?|aroma|odou?rs?|tang|rustl(?:e|es|ing)|tick(?:ing|s)?|click(?:ing|s)?|chirp(?:ing|s)?|sounds?|hum(?:ming|s)?|echo(?:es|ing)?|silence|murmurs?|voices?|clatter|whir(?:ring)?|freshness|acoustics?)\b|^(?:time of day: )?(?:variable|varies|any(?: time)?|various|unspecified|n\/a)$/iu;
const SEEN =
  /\b(?:light\w*|lit|glow\w*|lamps?|lanterns?|candles?|torch\w*|sun\w*|moon\w*|stars?|shadow\w*|beams?|flames?|fires?|spark\w*|haze|mist|fog|dust|smoke|steam|bright\w*|dark\w*|dim|day\w*|night|dawn|dusk)\b/iu;

const LABEL = letters(/^[\p{L} ]+:\s/u);

/** Light without the phrases of its field that cannot be seen: "Paper rustle, ink smell". */
function seenLight(text: string): { readonly text: string | undefined; readonly rest: string } {
  const label = LABEL.exec(text)?.[0] ?? '';
  const phrases = text.slice(label.length).replace(/\.$/u, '').split('; ');
  const gone = phrases.filter((phrase) => UNSEEN.test(phrase) && !SEEN.test(phrase));
  if (gone.length === 0) return { text, rest: '' };
  const kept = phrases.filter((phrase) => !gone.includes(phrase));
  return { text: kept.length === 0 ? undefined : `${label}${kept.join('; ')}.`, rest: gone.join('; ') };
}

const PHASES = {
  before: 'The moment just before this: ',
  during: 'At this very moment: ',
  after: 'Just after this: ',
} as const;

/** What changes, without what is spoken: speech would be painted as lettering. */
function changeIn(part: PromptPart): string | undefined {
  if (part.phase === undefined) return part.text;
  const silent = part.text
    .replace(QUOTED.for(part.text), (_, words: string, end: string, at: number) => {
      const before = part.text.slice(0, at).trimEnd();
      const isSpoken = before === '' || /[,.:;!?–—-]$/u.test(before);
      // "the 'L' stone" and "was 'never wrong'" are no speech: the sentence needs them.
      return !isSpoken && words.split(/\s+/u).length <= 3 ? `${words}${end}` : ' ';
    })
    .replace(/\s+/g, ' ')
    .replace(/^[\s,.;:–—]+/u, '')
    .trim();
  // A few words that frame a speech show nothing: "she said."
  if (silent.split(' ').length < 6) return undefined;
  return `${PHASES[part.phase]}${silent.charAt(0).toUpperCase()}${silent.slice(1)}`;
}

/** Names by which states call people: one for each person that the scene shows. */
export function namesIn(entities: readonly Entity[]): (who: { slug: string; name: string }) => string {
  return ({ slug, name }) =>
    entities.find((one) => one.slug === slug && one.type === 'character')?.name ?? name;
}
