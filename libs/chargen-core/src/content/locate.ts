import { isMap, isNode, isPair, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { DataPath } from './entity.js';
import type { Diagnostic, LocatedDiagnostic } from './diagnostic.js';

/** A text that was parsed once more, by the parser that keeps positions, because a problem is to be reported. */
interface PositionedText {
  readonly lines: readonly string[];
  readonly document: Document;
  readonly counter: LineCounter;
}

function position(text: string): PositionedText {
  const counter = new LineCounter();
  // uniqueKeys off: places in a file with a doubled key must still be found, since that key is what is reported.
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: false, logLevel: 'silent' });
  return { lines: text.split(/\r?\n/), document, counter };
}

/** The offset of the deepest part of a path that exists; a missing key is reported at its parent. */
function offsetOf(document: Document, path: DataPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of [undefined, ...path]) {
    if (step !== undefined) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isNode(item.key) && String(item.key) === String(step));
        if (!isPair(pair)) break;
        if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
        node = pair.value;
        continue;
      }
      if (isSeq(node) && typeof step === 'number') node = node.items[step];
      else break;
    }
    if (isNode(node) && node.range) offset = node.range[0];
  }
  return offset;
}

/** Adds line, column and the line itself to diagnostics of one file; the text is parsed at most once. */
export function locateDiagnostics(text: string, diagnostics: readonly Diagnostic[]): LocatedDiagnostic[] {
  if (diagnostics.length === 0) return [];
  let positioned: PositionedText | undefined;
  const lines = text.split(/\r?\n/);
  return diagnostics.map((diagnostic) => {
    let line = diagnostic.line;
    let column = diagnostic.column;
    if (line === undefined && diagnostic.at !== undefined) {
      positioned ??= position(text);
      const place = positioned.counter.linePos(offsetOf(positioned.document, diagnostic.at));
      line = place.line;
      column = place.col;
    }
    line ??= 1;
    return { ...diagnostic, line, column: column ?? 1, excerpt: lines[line - 1] ?? '' };
  });
}
