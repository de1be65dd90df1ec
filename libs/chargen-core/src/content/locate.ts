import type { Document } from 'yaml';
import { nodeOffsets, yamlLibrary } from 'yaml-splice/read';
import type { DataPath } from './entity.js';
import type { Diagnostic, LocatedDiagnostic } from './diagnostic.js';

/** Finds places in one text, which is parsed once, and by the slow parser only for what the fast one does not know. */
class Places {
  readonly #text: string;
  readonly #fast: ReturnType<typeof nodeOffsets>;
  readonly #lineStarts: number[] = [0];
  #document: Document | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#fast = nodeOffsets(text);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  /** Both 1-based. */
  of(path: DataPath): { readonly line: number; readonly column: number } {
    const offset = this.#fast?.(path) ?? offsetOf((this.#document ??= documentOf(this.#text)), path);
    let line = 1;
    let end = this.#lineStarts.length;
    while (end - line > 0) {
      const middle = (line + end) >> 1;
      if ((this.#lineStarts[middle] ?? Infinity) <= offset) line = middle + 1;
      else end = middle;
    }
    return { line, column: offset - (this.#lineStarts[line - 1] ?? 0) + 1 };
  }
}

function documentOf(text: string): Document {
  // uniqueKeys off: places in a file with a doubled key must still be found, since that key is what is reported.
  return yamlLibrary().parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
}

/** The offset of the deepest part of a path that exists; a missing key is reported at its parent. */
function offsetOf(document: Document, path: DataPath): number {
  const { isMap, isNode, isPair, isSeq } = yamlLibrary();
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
  let places: Places | undefined;
  const lines = text.split(/\r?\n/);
  return diagnostics.map((diagnostic) => {
    let line = diagnostic.line;
    let column = diagnostic.column;
    if (line === undefined && diagnostic.at !== undefined) {
      places ??= new Places(text);
      ({ line, column } = places.of(diagnostic.at));
    }
    line ??= 1;
    return { ...diagnostic, line, column: column ?? 1, excerpt: lines[line - 1] ?? '' };
  });
}
