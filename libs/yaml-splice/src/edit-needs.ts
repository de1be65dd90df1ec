import { hasKey, valueAt, type DataPath } from './data.js';
import type { Need } from './needed-part.js';
import type { YamlEdit } from './yaml-edit.js';

/**
 * What of a text some edits look at. Undefined if one of them takes something away, since what stands around it
 * counts then too, or if one concerns the whole. `data` is that of the text.
 */
export function needsOf(data: unknown, edits: readonly YamlEdit[]): readonly Need[] | undefined {
  const needs: Need[] = [];
  for (const edit of edits) {
    const own = needsOfEdit(data, edit);
    if (own === undefined) return undefined;
    needs.push(...own);
  }
  return needs;
}

function needsOfEdit(data: unknown, edit: YamlEdit): readonly Need[] | undefined {
  switch (edit.kind) {
    case 'field':
      if (edit.value === undefined) return undefined;
      return edit.at.length === 0 ? entryOrEnd(data, edit.field) : around(edit.at);
    case 'section':
      return edit.value === undefined || edit.value.length === 0 ? undefined : entryOrEnd(data, edit.key);
    case 'append': {
      const list = valueAt(data, edit.at);
      if (edit.at.length !== 1) return around(edit.at);
      if (Array.isArray(list) && list.length > 0) return around([...edit.at, list.length - 1]);
      return entryOrEnd(data, String(edit.at[0]));
    }
    case 'replace':
      return around(edit.at);
    case 'remove':
      return undefined;
  }
}

/** A new entry comes behind the last one. */
function entryOrEnd(data: unknown, key: string): readonly Need[] {
  return hasKey(data, key) ? [{ kind: 'entry', key }] : [{ kind: 'end' }];
}

function around([key, index]: DataPath): readonly Need[] | undefined {
  if (typeof key !== 'string') return undefined;
  return [typeof index === 'number' ? { kind: 'item', key, index } : { kind: 'entry', key }];
}
