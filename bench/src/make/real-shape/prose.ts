import { pick } from '../random.js';

/** Parts of which sentences are made: nothing of any real story is in them. */
const SUBJECTS = [
  'A rope of tarred hemp',
  'The oldest of the lamps',
  'A ledger with a broken spine',
  'The ferrywoman’s coat',
  'A row of stacked baskets',
  'The iron ring in the wall',
  'A narrow strip of far bank',
  'The bell under its little roof',
  'A gull with one white feather',
  'The wet stair',
];
const DOINGS = [
  'lies across the planks',
  'catches the last of the light',
  'hangs where the door used to be',
  'leans against the rail — patient, almost polite',
  'shows how often it was repaired',
  'casts a long shadow over the stones',
  'has faded to the colour of old bread',
  'keeps its place between the posts',
  'is half hidden by the fog',
  'gives the size of everything else',
];
const PLACES = [
  'above the brown water',
  'at the edge of the market',
  'beside a cold stove',
  'under the low beams',
  'between two shuttered windows',
  'where the bridge begins',
  'on the landing stage',
  'behind the counting table',
  'along the harbour wall',
  'in front of the open gate',
];
const WORDS = (
  'amber slate copper rain fog river bridge market glass ledger wheel salt ember window crowd gull winter evening ' +
  'quiet broken lamp rope stair tide bell tar linen oak rust moss chalk'
).split(' ');

/** Text from a seed, in the amounts that authors and their tools write. */
export class Prose {
  /** `wordiness`: by how much a kind of file is longer than what its writer here asks for. */
  constructor(
    readonly random: () => number,
    readonly wordiness = 1,
  ) {}

  word(): string {
    return pick(this.random, WORDS);
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.word()).join(' ');
  }

  /** Sentences of about so many characters. */
  text(characters: number): string {
    let text = '';
    while (text.length < characters * this.wordiness - 30) {
      const end = pick(this.random, PLACES);
      text += `${text === '' ? '' : ' '}${pick(this.random, SUBJECTS)} ${pick(this.random, DOINGS)} ${end}.`;
    }
    return text;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  of<T>(items: readonly T[]): T {
    return pick(this.random, items);
  }
}

/** `"text"`, as most tools write it. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** `["a", "b"]` */
export function flow(items: readonly string[]): string {
  return `[${items.map(quoted).join(', ')}]`;
}

/** A block literal below `field:`. */
export function literal(indent: number, field: string, text: string): string[] {
  const at = ' '.repeat(indent);
  return [`${at}${field}: |`, `${at}  ${text}`];
}

/** `- "text"` lines below `field:`. */
export function listed(indent: number, field: string, items: readonly string[]): string[] {
  const at = ' '.repeat(indent);
  return [`${at}${field}:`, ...items.map((item) => `${at}  - ${quoted(item)}`)];
}
