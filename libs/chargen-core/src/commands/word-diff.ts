import { diffArrays } from 'diff';

export interface DiffPart {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Beyond this many changed words the whole text counts as replaced: such a diff is not readable by the word. */
const MAX_CHANGED_WORDS = 1000;

/** How one text became another, word by word; joining all but the removed parts gives the new text. */
export function wordDiff(before: string, after: string): readonly DiffPart[] {
  const changes = diffArrays(words(before), words(after), { maxEditLength: MAX_CHANGED_WORDS });
  if (changes === undefined) {
    return [
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ];
  }
  return changes.map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value.join(''),
  }));
}

/** Words with the white space behind them, so that nothing is lost. */
function words(text: string): string[] {
  return text.match(/\s*\S+\s*|\s+$/g) ?? [];
}
