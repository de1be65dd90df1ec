/**
 * A bitmap font drawn for the emulator, so that pictures have the same pixels on machines with no fonts at all.
 * A glyph is five pixels wide and nine rows high: rows 0 to 6 hold capitals, 7 and 8 descenders. Each row is one
 * base-32 digit (the leftmost pixel is 16); rows left out at the end are empty.
 */
export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 9;

const ROWS: Readonly<Record<string, string>> = {
  ' ': '',
  '!': '4444404',
  '"': 'aa',
  '#': 'aavavaa',
  $: '4fke5u4',
  '%': 'op248j3',
  '&': 'cik8lid',
  "'": '44',
  '(': '2488842',
  ')': '8422248',
  '*': '04lel4',
  '+': '044v44',
  ',': '0000c448',
  '-': '000v',
  '.': '00000cc',
  '/': '112488g',
  '0': 'ehjlphe',
  '1': '4c4444e',
  '2': 'eh1248v',
  '3': 'v2421he',
  '4': '26aiv22',
  '5': 'vgu11he',
  '6': '68guhhe',
  '7': 'v124888',
  '8': 'ehhehhe',
  '9': 'ehhf12c',
  ':': '0cc0cc',
  ';': '0cc0c448',
  '<': '248g842',
  '=': '00v0v',
  '>': '8421248',
  '?': 'eh12404',
  '@': 'ehnlnge',
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'uhhhhhu',
  E: 'vgguggv',
  F: 'vgguggg',
  G: 'ehgnhhf',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hhpljhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllra',
  X: 'hha4ahh',
  Y: 'hha4444',
  Z: 'v1248gv',
  '[': 'e88888e',
  '\\': 'gg84211',
  ']': 'e22222e',
  '^': '4ah',
  _: '0000000v',
  '`': '842',
  a: '00e1fhf',
  b: 'ggmphhu',
  c: '00eggge',
  d: '11djhhf',
  e: '00ehvge',
  f: '698s888',
  g: '00fhhf1e',
  h: 'ggmphhh',
  i: '40c444e',
  j: '20622ic',
  k: 'ggikoki',
  l: 'c44444e',
  m: '00qllhh',
  n: '00mphhh',
  o: '00ehhhe',
  p: '00uhhugg',
  q: '00fhhf11',
  r: '00mpggg',
  s: '00fge1u',
  t: '88s8896',
  u: '00hhhjd',
  v: '00hhha4',
  w: '00hhlla',
  x: '00ha4ah',
  y: '00hhhf1e',
  z: '00v248v',
  '{': '2448442',
  '|': '4444444',
  '}': '8442448',
  '~': '008l2',
};

/** What stands for a character that the font does not have. */
const MISSING = 'vhhhhhv';

const PLAIN: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': '-',
  '\u2014': '-',
  '\u2026': '...',
  '\u00d7': 'x',
  '\u00a0': ' ',
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
};

/** Text as the font can draw it: accents dropped, typographic marks made plain, blanks folded. */
export function drawableText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[\u2013-\u2026\u00a0\u00d7ßæøœ]/g, (c) => PLAIN[c] ?? c)
    .replace(/\s+/g, ' ')
    .trim();
}

/** The rows of a glyph as bit sets, the leftmost pixel highest. */
export function glyphRows(character: string): readonly number[] {
  const rows = ROWS[character] ?? MISSING;
  return Array.from(rows, (digit) => Number.parseInt(digit, 32));
}
