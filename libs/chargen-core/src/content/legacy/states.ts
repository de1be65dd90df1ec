import { isDataMap, type DataMap } from '../data.js';
import type { DataPath, PromptPart, SceneReference } from '../entity.js';
import { phraseOf, type Fields } from '../lenient.js';
import { nameOfSlug } from '../slug.js';
import { inUsualOrder } from '../usual-order.js';
import { part, sentence } from './parts.js';
import { slugIn } from './references.js';

/** How one character looks in one picture. */
interface State {
  /** The character's slug, or any name that the author gave; undefined if a sentence names its own subject. */
  readonly who: string | undefined;
  readonly text: string;
  readonly at: DataPath;
}

/** The fields of an entry in a list of states that name its subject, and where that was found. */
const NOT_LOOKS = ['slug', 'character_slug', 'character', 'ref', 'name', 'file', 'anchor', 'source'];

/**
 * What `character_states` says: a map by character, in the order in which these are depicted, or a list, or one
 * text.
 */
export function statesIn(fields: Fields, depicted: readonly SceneReference[]): readonly State[] {
  const key = 'character_states';
  const written = fields.get(key);
  if (Array.isArray(written)) {
    return fields.items(key).flatMap(({ value, at }) => {
      const text = isDataMap(value) ? looksIn(value) : phraseOf(value);
      return text === '' ? [] : [{ who: whoOf(value), text, at }];
    });
  }
  const states = fields.map(key);
  if (states === undefined) {
    const text = fields.text(key);
    return text === undefined ? [] : [{ who: undefined, ...text }];
  }
  const shown = depicted.flatMap((one) => (one.kind === 'entity' ? [one.slug] : []));
  const rank = (who: string): number => (shown.includes(who) ? shown.indexOf(who) : shown.length);
  return inUsualOrder(states.data)
    .map(([who]) => who)
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((who) => {
      const state = states.text(who);
      return state === undefined ? [] : [{ who, ...state }];
    });
}

function whoOf(value: unknown): string | undefined {
  if (!isDataMap(value)) return undefined;
  return slugIn(value) ?? (phraseOf(value['name']) || undefined);
}

function looksIn(entry: DataMap): string {
  const said = Object.fromEntries(Object.entries(entry).filter(([key]) => !NOT_LOOKS.includes(key)));
  const [only, ...others] = Object.values(said);
  return others.length === 0 ? phraseOf(only) : phraseOf(said);
}

/** The states as parts of a prompt. */
export function stateParts(
  fields: Fields,
  states: readonly State[],
  nameOf: (who: string) => string = nameOfSlug,
): PromptPart[] {
  return states.map(({ who, text, at }) => ({
    ...part(fields.book.file, 'states', 1, sentence(text), at),
    ...(who === undefined ? {} : { who: { slug: who, name: nameOf(who) } }),
  }));
}
