import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLAUSE_KINDS,
  keepWhere,
  splitAppearance,
  type ClauseKind,
  type KeptClauses,
} from '../src/prompt/index.js';

const LETTERS: Readonly<Record<string, ClauseKind>> = { i: 'identity', a: 'attire', p: 'pose', s: 'setting' };

interface Labelled {
  readonly text: string;
  readonly clauses: readonly { readonly kind: ClauseKind; readonly text: string }[];
}

function rowsOf(name: string): readonly Labelled[] {
  return readFileSync(join(import.meta.dirname, 'data', name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const clauses = [...line.matchAll(/\{([iaps])\}([^{]*)/g)].map((match) => ({
        kind: LETTERS[match[1]!]!,
        text: match[2]!,
      }));
      return { text: clauses.map((one) => one.text).join(''), clauses };
    });
}

function keepClauses(text: string, kinds: readonly ClauseKind[], name?: string): KeptClauses {
  return keepWhere(text, ({ kind }) => kinds.includes(kind), name);
}

const labelled = rowsOf('appearance-clauses.txt');
const otherStyles = rowsOf('appearance-styles.txt');
const heldOut = labelled.filter((_, index) => index % 3 === 2);
const known = labelled.filter((_, index) => index % 3 !== 2);

/** What the splitter makes of a labelled clause: the kind of most of its letters. */
function kindsFound({ text, clauses }: Labelled): (ClauseKind | undefined)[] {
  const byLetter: (ClauseKind | undefined)[] = [];
  for (const sentence of splitAppearance(text)) {
    for (const clause of sentence.clauses) {
      for (let at = clause.start; at < clause.start + clause.text.length; at += 1) byLetter[at] = clause.kind;
    }
  }
  let from = 0;
  return clauses.map((clause) => {
    const letters = byLetter.slice(from, from + clause.text.length);
    from += clause.text.length;
    const count = (kind: ClauseKind): number => letters.filter((one) => one === kind).length;
    return CLAUSE_KINDS.filter((kind) => count(kind) > 0).toSorted((a, b) => count(b) - count(a))[0];
  });
}

function quality(rows: readonly Labelled[], kind: ClauseKind): { precision: number; recall: number } {
  let right = 0;
  let found = 0;
  let meant = 0;
  for (const row of rows) {
    const kinds = kindsFound(row);
    row.clauses.forEach((clause, index) => {
      if (clause.kind === kind) meant += 1;
      if (kinds[index] === kind) found += 1;
      if (clause.kind === kind && kinds[index] === kind) right += 1;
    });
  }
  return { precision: right / found, recall: right / meant };
}

describe('the splitter of appearances', () => {
  it('has 300 labelled sentences, a third of which is measured apart', () => {
    expect(labelled.length).toBeGreaterThanOrEqual(300);
    expect(heldOut.length).toBeGreaterThanOrEqual(100);
  });

  it.each(CLAUSE_KINDS)('finds nine of ten clauses of %s, and is right nine times of ten', (kind) => {
    for (const rows of [known, heldOut]) {
      const { precision, recall } = quality(rows, kind);
      expect(precision).toBeGreaterThanOrEqual(0.9);
      expect(recall).toBeGreaterThanOrEqual(0.9);
    }
  });

  it('puts most clauses in the right class in other manners of writing, too', () => {
    const kinds = otherStyles.flatMap((row) =>
      kindsFound(row).map((kind, index) => ({ kind, meant: row.clauses[index]!.kind })),
    );
    const right = kinds.filter(({ kind, meant }) => kind === meant);
    expect(right.length / kinds.length).toBeGreaterThanOrEqual(0.88);
    for (const kind of CLAUSE_KINDS) {
      const { precision, recall } = quality(otherStyles, kind);
      expect(Math.min(precision, recall)).toBeGreaterThanOrEqual(0.75);
    }
  });

  it('leaves sentences when something is cut', () => {
    const rests = [
      [
        'He is a stocky man with a grey beard, he grips a hammer in his right.',
        'He is a stocky man with a grey beard.',
      ],
      [
        'A narrow woman with cropped white hair, she leans on a cane of black wood.',
        'She is a narrow woman with cropped white hair.',
      ],
      [
        'Kneeling on one knee, the knight lowers her head, her auburn hair in a single plait.',
        'She has auburn hair in a single plait.',
      ],
      [
        'His amber eyes hold a serious, steady gaze beneath heavy reptilian brow ridges.',
        'He has amber eyes beneath heavy reptilian brow ridges.',
      ],
      [
        'She sits cross-legged on a crate, sharpening a curved knife, her dark braid hanging over one shoulder.',
        'Her dark braid is hanging over one shoulder.',
      ],
      [
        'Ilse is a lean woman of about thirty with weathered skin, pale blue eyes and a wide-brimmed hat.',
        'Ilse is a lean woman of about thirty with weathered skin and pale blue eyes.',
      ],
      [
        'Leaning against the doorframe, he twirls a coin between his fingers, a lanky youth with a shock of white-blond hair.',
        'He is a lanky youth with a shock of white-blond hair.',
      ],
      [
        'His grey eyes gaze fixedly toward something unseen, reflecting a cold intellect.',
        'He has grey eyes.',
      ],
      [
        'Pale eyes gaze sternly from beneath a heavy brow ridge, and her black hair is tied at the nape.',
        'She has pale eyes. She has a heavy brow ridge, and her black hair is tied at the nape.',
      ],
      [
        'Oswin is a grey-bearded stonecutter whose bowed frame reflects a lifetime of stooping.',
        'Oswin is a grey-bearded stonecutter with a bowed frame.',
      ],
      ['This gaunt old woman stands with a stiff, courtly bearing.', 'She is a gaunt old woman.'],
      [
        'Though young, she carries herself with a settled demeanor, and faint scars run across her hands.',
        'She is young. Faint scars run across her hands.',
      ],
      [
        'Her broad, wind-burnt face, marked by deep lines, is set in a sour expression that suggests years of bad harbours.',
        'She has a broad, wind-burnt face, marked by deep lines.',
      ],
      [
        'Her wrists are knobbly and strong, clutching a long iron poker with a wooden grip against her chest.',
        'Her wrists are knobbly and strong.',
      ],
      [
        'A lanky young man with brown hair and a wide grin with a gap in his teeth.',
        'He is a lanky young man with brown hair. He has a gap in his teeth.',
      ],
    ] as const;
    for (const [text, rest] of rests) expect(keepClauses(text, ['identity']).text).toBe(rest);
    expect(keepClauses('Dressed in blue, she is a sturdy woman with a square jaw.', ['attire']).text).toBe(
      'She is dressed in blue.',
    );
    expect(keepClauses('Rusk stands by the sea in a long coat.', ['attire'], 'Rusk').text).not.toContain(
      'sea ',
    );
  });

  it('never leaves half a sentence: each begins with a capital, ends, and holds no orphaned comma or "and"', () => {
    for (const { text } of [...labelled, ...otherStyles.filter((one) => /^\p{Lu}/u.test(one.text))]) {
      for (const kinds of [['identity'], ['attire'], ['identity', 'attire']] as const) {
        const rest = keepClauses(text, kinds, 'Ada').text;
        if (rest === '') continue;
        expect(rest).toMatch(/^["'“]?[\p{Lu}\d]/u);
        expect(rest).toMatch(/[.!?]["'”]*$/);
        expect(rest).not.toMatch(
          /,\s*[,.]|\s[.,]|\band\s*[.,]|\b(?:has|wears|is)\s+(?:has|wears|is)\b|\s{2}/,
        );
      }
    }
  });

  it('keeps a text of one kind to the byte', () => {
    const text = 'Her ears are notched, the left one twice. His skin is grey; her hair is black.';
    expect(keepClauses(text, ['identity'])).toEqual({ text, cut: [] });
  });

  it('places every clause where it stands in the text', () => {
    fc.assert(
      fc.property(fc.subarray(labelled.map((one) => one.text)), (texts) => {
        const text = texts.join(' ');
        for (const { clauses } of splitAppearance(text)) {
          for (const clause of clauses) expect(text.startsWith(clause.text, clause.start)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});
