import type { Entity, PromptPart, Scene } from '../content/index.js';
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
): { readonly told: readonly PromptPart[]; readonly unsaid: readonly Unsaid[] } {
  const told: PromptPart[] = [];
  const unsaid: Unsaid[] = [];
  const hours = hoursOf(scene);
  const hasOwnLight = scene.parts.some((part) => part.section === 'light' && part.scope === undefined);
  for (const part of scene.parts) {
    const why = whyNot(part, scene, hours, hasOwnLight);
    const text = part.who === undefined ? changeIn(part) : `${nameOf(part.who)}: ${part.text}`;
    if (why !== undefined || text === undefined)
      unsaid.push({ text: part.text, source: part.source, why: why ?? 'no-change' });
    else told.push({ ...part, text });
  }
  return { told, unsaid };
}

function whyNot(
  part: PromptPart,
  scene: Scene,
  hours: ReadonlySet<string>,
  hasOwnLight: boolean,
): Why | undefined {
  if (part.scope === 'site') {
    if (part.section === 'place' || part.section === 'mood')
      return scene.place?.kind === 'overview' ? undefined : 'whole-site';
    if (part.section === 'light') {
      if (hasOwnLight) return 'own-light';
      return holdsAt(part, hours) ? undefined : 'other-hour';
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

const PHASES = {
  before: 'The moment just before this: ',
  during: 'At this very moment: ',
  after: 'Just after this: ',
} as const;

/** What changes, without what is spoken: speech would be painted as lettering. */
function changeIn(part: PromptPart): string | undefined {
  if (part.phase === undefined) return part.text;
  const silent = part.text
    .replace(
      /(?<![\p{L}\p{N}])['‘"“][^'"“”‘’]*(?:['’](?=\p{L})[^'"“”‘’]*)*['’"”](?![\p{L}\p{N}])[,.]?/gu,
      ' ',
    )
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
