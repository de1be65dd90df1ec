import { latin } from './latin.js';

/** A box of JUMBF (ISO/IEC 19566-5): a superbox has a label and boxes in it, any other has data. */
export type JumbfBox =
  | { readonly kind: 'superbox'; readonly label: string; readonly boxes: readonly JumbfBox[] }
  | { readonly kind: 'data'; readonly type: string; readonly data: Uint8Array };

/** Deeper than any manifest: bytes from outside must not decide how deep this calls itself. */
const MAX_DEPTH = 16;

/** The boxes that bytes hold. What is cut short ends the list. */
export function jumbfBoxes(bytes: Uint8Array, depth = 0): JumbfBox[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes: JumbfBox[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const short = view.getUint32(at);
    const head = short === 1 ? 16 : 8;
    if (at + head > bytes.length) break;
    const length = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? bytes.length - at : short;
    if (length < head || at + length > bytes.length) break;
    const type = latin(bytes, at + 4, 4);
    const data = bytes.subarray(at + head, at + length);
    if (type !== 'jumb') boxes.push({ kind: 'data', type, data });
    else if (depth < MAX_DEPTH) boxes.push(superbox(jumbfBoxes(data, depth + 1)));
    at += length;
  }
  return boxes;
}

/** 16 bytes of its type, and flags. */
const DESCRIPTION_HEAD = 17;
const HAS_LABEL = 2;

function superbox(inner: readonly JumbfBox[]): JumbfBox {
  const [first, ...boxes] = inner;
  const description = first?.kind === 'data' && first.type === 'jumd' ? first.data : new Uint8Array();
  const hasLabel = ((description[DESCRIPTION_HEAD - 1] ?? 0) & HAS_LABEL) !== 0;
  const rest = description.subarray(DESCRIPTION_HEAD);
  const end = rest.indexOf(0);
  const label = hasLabel ? Buffer.from(rest.subarray(0, end === -1 ? undefined : end)).toString('utf8') : '';
  return { kind: 'superbox', label, boxes };
}
