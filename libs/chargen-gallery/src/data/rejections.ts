import { locateDiagnostics, type Scene } from 'chargen-core';

/** The comment that a rejection leaves in the author's file: no data, so that it changes no picture's key. */
export function rejectionComment(take: number, note: string): string {
  const plain = note.replace(/\s+/g, ' ').trim();
  return `# take ${take} rejected${plain === '' ? '' : `: ${plain}`}`;
}

const COMMENT = /^\s*#\s*take (\d{1,6}) rejected(?::\s*(.*))?$/;

/** What authors noted when they rejected takes, by scene and take. */
export function rejectionsIn(text: string, scenes: readonly Scene[]): Map<string, Map<number, string>> {
  const found = new Map<string, Map<number, string>>();
  // Places in a text are slow to find, and most files hold no such comment.
  const notes = text.split(/\r?\n/).flatMap((line, index) => {
    const match = COMMENT.exec(line);
    return match === null ? [] : [{ line: index + 1, take: Number(match[1]), note: match[2]?.trim() ?? '' }];
  });
  if (notes.length === 0) return found;
  const starts = locateDiagnostics(
    text,
    scenes.map((scene) => ({
      severity: 'note' as const,
      code: 'scene',
      message: '',
      file: scene.file,
      at: scene.at,
      scene: scene.id,
    })),
  );
  for (const { line, take, note } of notes) {
    const owner = starts.filter((start) => start.line <= line).sort((a, b) => b.line - a.line)[0];
    if (owner?.scene === undefined) continue;
    const takes = found.get(owner.scene) ?? new Map<number, string>();
    takes.set(take, note === '' ? 'rejected' : note);
    found.set(owner.scene, takes);
  }
  return found;
}
