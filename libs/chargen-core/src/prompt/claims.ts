import { remembered } from '../util/remembered.js';

/** What a text says of one feature of a person: hair that is copper, a scar on the left. */
export interface Claim {
  readonly feature: string;
  readonly values: ReadonlySet<string>;
  /** The words that say it. */
  readonly text: string;
}

const FEATURES: readonly { readonly feature: string; readonly pattern: RegExp }[] = [
  {
    feature: 'hair',
    pattern: /\b(?:hair|mohawk|curls|ringlets|braids?|plaits?|ponytail|topknot|mane)\b|\bhaired\b/iu,
  },
  { feature: 'eyes', pattern: /\beyes?\b|\beyed\b/iu },
  { feature: 'beard', pattern: /\b(?:beard|moustache|mustache|whiskers)\b|\bbearded\b/iu },
  { feature: 'skin', pattern: /\b(?:skin|complexion)\b|\bskinned\b/iu },
  { feature: 'scales', pattern: /\bscales\b/iu },
  { feature: 'scar', pattern: /\bscars?\b|\bscarred\b/iu },
];

/** Words of one value; what two of them share does not contradict: dark hair may be black or brown. */
const COLOURS: Readonly<Record<string, readonly string[]>> = {
  black: ['black'],
  raven: ['black'],
  jet: ['black'],
  dark: ['black', 'brown', 'dark'],
  brown: ['brown'],
  chestnut: ['brown'],
  umber: ['brown'],
  hazel: ['hazel'],
  amber: ['amber', 'gold'],
  red: ['red'],
  copper: ['red'],
  coppery: ['red'],
  auburn: ['red', 'brown'],
  ginger: ['red'],
  fiery: ['red'],
  blond: ['blond'],
  blonde: ['blond'],
  golden: ['blond', 'gold'],
  gold: ['gold'],
  sandy: ['blond'],
  tawny: ['blond'],
  grey: ['grey'],
  gray: ['grey'],
  silver: ['grey', 'white'],
  white: ['white', 'grey'],
  'iron-gray': ['grey'],
  blue: ['blue'],
  green: ['green'],
  violet: ['violet'],
  bronze: ['bronze'],
  olive: ['olive'],
  pale: ['pale', 'white'],
};
const COLOUR = new RegExp(String.raw`\b(?:${Object.keys(COLOURS).join('|')})\b`, 'giu');

/** The claims of a text, each from the few words around its feature. */
const claimsOf = remembered(readClaims);

function readClaims(text: string): readonly Claim[] {
  return text
    .split(/[.,;:()\n]|\bwith\b|\band\b(?=\s+(?:an?|the|his|her|its|their|\w+ eyes)\b)/iu)
    .flatMap((piece) =>
      FEATURES.flatMap(({ feature, pattern }): Claim[] => {
        if (!pattern.test(piece)) return [];
        const values =
          feature === 'scar'
            ? (piece.match(/\b(?:left|right)\b/giu) ?? []).map((side) => side.toLowerCase())
            : (near(piece, pattern).match(COLOUR) ?? []).flatMap((word) => COLOURS[word.toLowerCase()] ?? []);
        return values.length === 0 ? [] : [{ feature, values: new Set(values), text: piece.trim() }];
      }),
    );
}

/** The words in front of a feature, and behind it if it "is" something: elsewhere a colour is that of something else. */
function near(piece: string, feature: RegExp): string {
  const words = piece.trim().split(/\s+/u);
  const at = words.findIndex((word) => feature.test(word));
  const isSaid = /^(?:is|are|was|were|the|of)$/iu.test(words[at + 1] ?? '');
  return words.slice(Math.max(0, at - 5), isSaid ? at + 6 : at + 1).join(' ');
}

/** The pairs of claims of two texts that cannot both be painted. */
export function contradictions(
  first: string,
  second: string,
): readonly { readonly feature: string; readonly first: string; readonly second: string }[] {
  const others = claimsOf(second);
  return claimsOf(first).flatMap((one) => {
    const same = others.filter(({ feature }) => feature === one.feature);
    const isDenied =
      same.length > 0 && same.every(({ values }) => [...values].every((value) => !one.values.has(value)));
    const [against] = same;
    return isDenied && against !== undefined
      ? [{ feature: one.feature, first: one.text, second: against.text }]
      : [];
  });
}
