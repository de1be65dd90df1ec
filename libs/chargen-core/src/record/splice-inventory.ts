import { isDeepStrictEqual } from 'node:util';
import { isDataMap, isOwnRecord, parseYaml, valueAt } from '../content/index.js';
import { asJson, type Json } from '../util/canonical-json.js';
import { appendItem, replaceItem } from './splice-item.js';
import type { SpliceOutcome } from './verified-edit.js';

/**
 * Brings records into an inventory that people and other tools fill too. The tool's own entries are kept sorted by
 * id among themselves, in the places that they have, so that every machine ends with the same bytes; an entry of a
 * scene that is gone stays, since its picture may. Undefined where the file has no such list.
 */
export function spliceInventory(
  text: string,
  file: string,
  key: string,
  records: readonly { readonly id: string; readonly value: Json }[],
): SpliceOutcome | undefined {
  const parsed = parseYaml(text, file);
  if (parsed.kind === 'broken') return { kind: 'refused', why: parsed.diagnostic.message };
  const list = valueAt(parsed.data, [key]);
  if (!Array.isArray(list)) return undefined;
  const slots = list.flatMap((entry: unknown, index) => (isOwnRecord(entry) ? [{ entry, index }] : []));
  const current = new Set(records.map((record) => record.id));
  const wanted: { readonly id: string; readonly value: unknown }[] = [
    ...records,
    ...slots.flatMap(({ entry }) => {
      const id = isDataMap(entry) && typeof entry['id'] === 'string' ? entry['id'] : '';
      return current.has(id) ? [] : [{ id, value: entry }];
    }),
  ].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  let now = text;
  let changed = false;
  for (const [place, { value }] of wanted.entries()) {
    const slot = slots[place];
    if (slot !== undefined && isDeepStrictEqual(slot.entry, value)) continue;
    const item = asJson(value);
    const outcome =
      slot === undefined ? appendItem(now, [key], item) : replaceItem(now, [key, slot.index], item);
    if (outcome.kind === 'refused') return outcome;
    if (outcome.kind === 'spliced') {
      now = outcome.text;
      changed = true;
    }
  }
  return changed ? { kind: 'spliced', text: now } : { kind: 'unchanged' };
}
