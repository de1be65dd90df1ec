import { latin } from './latin.js';

/** What a picture is by its bytes. */
export type OriginalFormat = 'png' | 'jpeg' | 'webp';

/**
 * The C2PA manifest store that a picture carries, as JUMBF; undefined if it has none. Where it stands is fixed by the
 * C2PA specification (https://spec.c2pa.org, "Embedding manifests"): the chunk `caBX` of a PNG, the segments APP11 of
 * a JPEG, the chunk `C2PA` of a WebP. Any bytes get an answer.
 */
export function c2paBytes(bytes: Uint8Array, format: OriginalFormat): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'png':
      return chunk(
        bytes,
        8,
        (at) => ({
          type: latin(bytes, at + 4, 4),
          from: at + 8,
          length: view.getUint32(at),
          behind: 4,
        }),
        'caBX',
      );
    case 'webp':
      return chunk(
        bytes,
        12,
        (at) => {
          const length = view.getUint32(at + 4, true);
          return { type: latin(bytes, at, 4), from: at + 8, length, behind: length % 2 };
        },
        'C2PA',
      );
    case 'jpeg':
      return ofJpeg(bytes, view);
  }
}

interface Chunk {
  readonly type: string;
  readonly from: number;
  readonly length: number;
  /** Bytes between its data and the next chunk. */
  readonly behind: number;
}

const CHUNK_HEAD = 8;

function chunk(
  bytes: Uint8Array,
  start: number,
  read: (at: number) => Chunk,
  wanted: string,
): Uint8Array | undefined {
  for (let at = start; at + CHUNK_HEAD <= bytes.length;) {
    const { type, from, length, behind } = read(at);
    if (from + length > bytes.length) return undefined;
    if (type === wanted) return bytes.subarray(from, from + length);
    at = from + length + behind;
  }
  return undefined;
}

const APP11 = 0xeb;
const SOS = 0xda;
/** `JP`, the number of the box, that of the packet; then the head of the box, which each packet repeats. */
const PACKET_HEAD = 8;

/** A box that is longer than a segment is split into packets (ISO/IEC 19566-5, annex D). */
function ofJpeg(bytes: Uint8Array, view: DataView): Uint8Array | undefined {
  const boxes = new Map<number, Uint8Array[]>();
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const code = bytes[at + 1];
    if (code === SOS) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) break;
    if (code === APP11 && latin(bytes, at + 4, 2) === 'JP' && end - at >= 4 + PACKET_HEAD + 8) {
      const box = view.getUint16(at + 6);
      const body = bytes.subarray(at + 4 + PACKET_HEAD, end);
      const parts = boxes.get(box) ?? [];
      parts.push(parts.length === 0 ? body : body.subarray(headOf(body)));
      boxes.set(box, parts);
    }
    at = end;
  }
  return [...boxes.values()].map((parts) => Buffer.concat(parts)).find((box) => box.includes('c2pa'));
}

/** A box of 4 GB or more states its length in 8 further bytes. */
function headOf(body: Uint8Array): number {
  const isLong = body[0] === 0 && body[1] === 0 && body[2] === 0 && body[3] === 1;
  return isLong ? 16 : 8;
}

/** By the first bytes; undefined for anything that is no picture. */
export function formatOf(bytes: Uint8Array): OriginalFormat | undefined {
  if (latin(bytes, 1, 3) === 'PNG') return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg';
  return latin(bytes, 0, 4) === 'RIFF' && latin(bytes, 8, 4) === 'WEBP' ? 'webp' : undefined;
}
