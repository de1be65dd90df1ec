import { structuredPatch, type StructuredPatchHunk } from 'diff';
import type { DiffLine } from '../protocol.js';

/** Lines that are shown around a change. */
const CONTEXT = 3;

const GAP: DiffLine = { kind: 'gap', text: '', before: 0, after: 0 };

/** The lines in which two texts differ, with a few around them; a gap stands for the lines that are left out. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: CONTEXT });
  const last = hunks.at(-1);
  if (last === undefined) return [];
  const count = before.split('\n').length - (before.endsWith('\n') ? 1 : 0);
  const isCut = last.oldStart + last.oldLines - 1 < count && last.oldLines > 0;
  return [
    ...hunks.flatMap((hunk) => [...(hunk.oldStart > 1 ? [GAP] : []), ...linesOf(hunk)]),
    ...(isCut ? [GAP] : []),
  ];
}

function linesOf({ lines, oldStart, newStart }: StructuredPatchHunk): DiffLine[] {
  let before = oldStart;
  let after = newStart;
  return lines.flatMap((line): DiffLine[] => {
    const text = line.slice(1).replace(/\r$/, '');
    if (line.startsWith('-')) return [{ kind: 'gone', text, before: before++, after: 0 }];
    if (line.startsWith('+')) return [{ kind: 'new', text, before: 0, after: after++ }];
    // "\ No newline at end of file" is no line.
    return line.startsWith('\\') ? [] : [{ kind: 'same', text, before: before++, after: after++ }];
  });
}
