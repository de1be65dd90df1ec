import { isDeepStrictEqual } from 'node:util';
import type { CST } from 'yaml';
import { appendPair, isFlow, opensLine, removeFlowPair, replaceValue } from './collection-edits.js';
import { hasKey, pathText, valueAt, type DataPath, type Json } from './data.js';
import { asWritten, type DataChange } from './data-change.js';
import { insertLines, lineEnd, lineStart, prevailingEol, removeLines, type Edit } from './text-lines.js';
import { planned, spliceOne, type EditPlan, type SpliceOutcome } from './verified-edit.js';
import { flowText, pairLines } from './yaml-render.js';
import type { YamlSource } from './yaml-source.js';
import { entriesOf, entryEnd, findPlace, isMapToken, pairOf, pairStart, type Entry } from './yaml-tokens.js';

/**
 * Sets (or with undefined removes) one field of the map at a path, such as `['scenes', 3]` and `locked`. A new
 * field becomes the map's last one; comments stay, but for one behind a removed field in its line. Throws on a
 * number that JSON cannot hold.
 */
export function spliceField(
  text: string,
  at: DataPath,
  field: string,
  value: Json | undefined,
): SpliceOutcome {
  return spliceOne(text, (source) => planField(source, at, field, value));
}

export function planField(
  source: YamlSource,
  at: DataPath,
  field: string,
  value: Json | undefined,
): EditPlan {
  const { text } = source;
  const wanted = value === undefined ? undefined : asWritten(value);
  const change: DataChange = { at: [...at, field], value: wanted };
  const place = findPlace(source.root, at);
  const eol = prevailingEol(text) ?? '\n';

  if (at.length === 0 && source.root === undefined) {
    if (wanted === undefined) return { kind: 'unchanged' };
    return planned([insertLines(text, source.end, pairLines(field, wanted, ''), eol)], change);
  }
  const map = place?.value;
  if (!isMapToken(map)) {
    const what = at.length === 0 ? 'The file' : `What stands at ${pathText(at)}`;
    return { kind: 'refused', why: `${what} is not a map of keys and values.` };
  }
  const holder = valueAt(source.data.fast, at);
  const isPresent = hasKey(holder, field);
  if (!isPresent && wanted === undefined) return { kind: 'unchanged' };
  if (isPresent && wanted !== undefined && isDeepStrictEqual(valueAt(holder, [field]), wanted)) {
    return { kind: 'unchanged' };
  }
  const entry = pairOf(map, field);
  if (wanted === undefined) {
    return planned(entry === undefined ? [] : removals(text, map, entry, at.length === 0), change);
  }
  const edits =
    entry === undefined
      ? appendPair(
          text,
          map,
          { key: field, value: wanted },
          (indent) => pairLines(field, wanted, indent),
          eol,
        )
      : [replaceValue(text, entry, flowText(wanted))];
  return planned(edits, change);
}

function removals(
  text: string,
  map: CST.BlockMap | CST.FlowCollection,
  entry: Entry,
  isTopLevel: boolean,
): (Edit | undefined)[] {
  if (isFlow(map)) return [removeFlowPair(text, map, entry)];
  const start = pairStart(entry);
  if (start === undefined) return [];
  const end = entryEnd(entry, 'trimmed');
  // A map that has lost its last pair would read as null.
  if (entriesOf(map).length === 1 && !isTopLevel) return [{ start, end, insert: '{}' }];
  const nextLine = lineEnd(text, end);
  if (opensLine(text, start)) return removeLines(text, lineStart(text, start), nextLine);
  // Behind the dash of a list item: the next line moves up.
  const indent = /^ */.exec(text.slice(nextLine))?.[0].length ?? 0;
  return [{ start, end: nextLine + indent, insert: '' }];
}
