import { isDeepStrictEqual } from 'node:util';
import type { YamlEdit } from 'yaml-splice';
import { isDataMap, isOwnRecord, valueAt } from '../content/index.js';
import { asJson, type Json } from '../util/canonical-json.js';

/**
 * The edits that bring records into an inventory that people and other tools fill too. The tool's own entries are
 * kept sorted by id among themselves, in the places that they have, so that every machine ends with the same bytes;
 * an entry of a scene that is gone stays, since its picture may. `valueFor` gives a record,
 * knowing the present one. Undefined if the file has no such list.
 */
export function inventoryEdits(
  data: unknown,
  key: string,
  records: readonly { readonly id: string; readonly valueFor: (present: unknown) => Json }[],
): YamlEdit[] | undefined {
  const list = valueAt(data, [key]);
  if (!Array.isArray(list)) return undefined;
  const slots = list.flatMap((entry: unknown, index) => (isOwnRecord(entry) ? [{ entry, index }] : []));
  const present = new Map(slots.map(({ entry }) => [idOf(entry), entry] as const));
  const current = new Set(records.map((record) => record.id));
  const wanted: { readonly id: string; readonly value: unknown }[] = [
    ...records.map(({ id, valueFor }) => ({ id, value: valueFor(present.get(id)) })),
    ...slots.flatMap(({ entry }) => (current.has(idOf(entry)) ? [] : [{ id: idOf(entry), value: entry }])),
  ].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return wanted.flatMap(({ value }, place): YamlEdit[] => {
    const slot = slots[place];
    if (slot === undefined) return [{ kind: 'append', at: [key], item: asJson(value) }];
    if (isDeepStrictEqual(slot.entry, value)) return [];
    return [{ kind: 'replace', at: [key, slot.index], item: asJson(value) }];
  });
}

function idOf(entry: unknown): string {
  return isDataMap(entry) && typeof entry['id'] === 'string' ? entry['id'] : '';
}
