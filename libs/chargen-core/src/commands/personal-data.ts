import type { Entity, LocatedDiagnostic, Scene, WorldStyle } from '../content/index.js';
import { letters, type LetterPattern } from '../util/letters.js';

interface Pattern {
  readonly what: string;
  readonly pattern: RegExp | LetterPattern;
  /** Only texts with this can match: to look at each letter for the beginning of an address takes long. */
  readonly needs?: string;
}

/** Each is linear in the length of the text: no two neighbouring repetitions take the same characters. */
const PATTERNS: readonly Pattern[] = [
  {
    what: 'an e-mail address',
    needs: '@',
    pattern: letters(/[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,5}\p{L}{2,24}/gu),
  },
  { what: 'a telephone number', pattern: /(?<![\w.+])\+\d{1,3}(?:[ ().\-/]{0,3}\d){6,13}(?!\w)/g },
  // As it is dialled at home: 030 1234567, (212) 555-0187, 212-555-0187.
  { what: 'a telephone number', pattern: /(?<![\w.+-])0\d{2,4}[ \-/]\d{3,4}[ -]?\d{2,5}(?![\w-])/g },
  { what: 'a telephone number', pattern: /(?<![\w.+-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[.-]\d{4}(?![\w-])/g },
];

/** A text that goes to the model, and the file in which it was written. */
export interface SentText {
  readonly file: string;
  readonly text: string;
  readonly scene?: string;
}

/**
 * What looks like an e-mail address or a telephone number in texts that are sent to the model, with its place by the
 * texts of files. People at Google may read what is sent, depending on the key's plan, so that it is reported before.
 */
export function personalData(
  sent: readonly SentText[],
  textOf: (file: string) => string,
): LocatedDiagnostic[] {
  const found: LocatedDiagnostic[] = [];
  const seen = new Set<string>();
  for (const { file, text, scene } of sent) {
    for (const { what, pattern, needs } of PATTERNS) {
      if (needs !== undefined && !text.includes(needs)) continue;
      for (const [match] of text.matchAll(pattern instanceof RegExp ? pattern : pattern.for(text))) {
        const id = JSON.stringify([file, match]);
        if (seen.has(id)) continue;
        seen.add(id);
        found.push({
          severity: 'warning',
          code: 'personal-data',
          message: `"${match.trim()}" looks like ${what}. It would be sent to Google with the prompt; leave personal data out.`,
          file,
          ...(scene === undefined ? {} : { scene }),
          ...placeIn(textOf(file), match.trim()),
        });
      }
    }
  }
  return found;
}

export function styleTexts(style: WorldStyle): SentText[] {
  const { file } = style;
  if (file === undefined) return [];
  const texts = [
    style.style ?? '',
    ...style.negative,
    ...Object.values(style.moods),
    ...Object.values(style.byType),
  ];
  return texts.map((text) => ({ file, text }));
}

export function entityTexts(entity: Entity): SentText[] {
  const own = [
    entity.name,
    entity.appearance ?? '',
    entity.style ?? '',
    ...entity.traits.map((one) => one.text),
  ];
  return [...own.map((text) => ({ file: entity.file, text })), ...entity.scenes.flatMap(sceneTexts)];
}

function sceneTexts(scene: Scene): SentText[] {
  const texts = [scene.prompt ?? '', ...scene.parts.map((part) => part.text), ...scene.negative];
  return texts.map((text) => ({ file: scene.file, text, scene: scene.id }));
}

/** Where a text stands in a file; line 1 if folding broke it apart. */
function placeIn(text: string, wanted: string): { line: number; column: number; excerpt: string } {
  const index = text.indexOf(wanted);
  const lines = text.split(/\r?\n/);
  if (index < 0) return { line: 1, column: 1, excerpt: lines[0] ?? '' };
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  return { line, column: index - (before.lastIndexOf('\n') + 1) + 1, excerpt: lines[line - 1] ?? '' };
}
