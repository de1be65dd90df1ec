import { encode } from 'cborg';
import { crc32 } from 'node:zlib';

/** A JUMBF box by hand, so that what reads it does not agree with a fault of what writes it. */
function box(type: string, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** The second half of the UUIDs of JUMBF (ISO/IEC 19566-5, annex B). */
const UUID_END = Buffer.from('00110010800000aa00389b71', 'hex');

function superbox(kind: string, label: string, ...boxes: Uint8Array[]): Buffer {
  const toggles = Buffer.from([3]);
  const description = [Buffer.from(kind, 'latin1'), UUID_END, toggles, Buffer.from(`${label}\0`)];
  return box('jumb', box('jumd', ...description), ...boxes);
}

function cbor(label: string, value: unknown): Buffer {
  return superbox('cbor', label, box('cbor', encode(value)));
}

/** A manifest store as Google's image models are known to add: one claim, one action, a signature (here of nothing). */
export function manifestStore(padding = 0): Buffer {
  const actions = {
    actions: [
      {
        action: 'c2pa.created',
        digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
        description: 'Created by Google Generative AI.',
      },
    ],
    ...(padding === 0 ? {} : { padding: 'x'.repeat(padding) }),
  };
  const claim = { claim_generator_info: { name: 'Google C2PA Core Generator', version: '1' }, alg: 'sha256' };
  const assertions = superbox('c2as', 'c2pa.assertions', cbor('c2pa.actions.v2', actions));
  const signature = superbox('c2cs', 'c2pa.signature', box('cbor', encode(new Uint8Array(8))));
  const manifest = superbox('c2ma', 'urn:c2pa:1', assertions, cbor('c2pa.claim.v2', claim), signature);
  return superbox('c2pa', 'c2pa', manifest);
}

/** A PNG with the store in a chunk before its data. */
export function pngWith(png: Buffer, store: Buffer): Buffer {
  const behindHeader = 8 + 25;
  const typed = Buffer.concat([Buffer.from('caBX'), store]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(store.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(typed));
  return Buffer.concat([png.subarray(0, behindHeader), length, typed, crc, png.subarray(behindHeader)]);
}

/** A WebP with the store in a chunk at its end. */
export function webpWith(webp: Buffer, store: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write('C2PA', 'latin1');
  head.writeUInt32LE(store.length, 4);
  const whole = Buffer.concat([webp, head, store, Buffer.alloc(store.length % 2)]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

/** A JPEG with the store in as many segments as it needs, each of which repeats the head of the box. */
export function jpegWith(jpeg: Buffer, store: Buffer): Buffer {
  const most = 60_000;
  const head = store.subarray(0, 8);
  const segments: Buffer[] = [];
  for (let at = 8, packet = 1; at < store.length; at += most, packet += 1) {
    const body = Buffer.concat([head, store.subarray(at, at + most)]);
    const start = Buffer.alloc(12);
    start.writeUInt16BE(0xffeb);
    start.writeUInt16BE(body.length + 10, 2);
    start.write('JP', 4, 'latin1');
    start.writeUInt16BE(1, 6);
    start.writeUInt32BE(packet, 8);
    segments.push(start, body);
  }
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}
