import { uint16be } from './bytes.js';
import { broken, whole, type BrokenPicture, type WholePicture } from './verdict.js';

/** Markers by their second byte (ITU-T T.81, table B.1). */
const TEM = 0x01;
const RST0 = 0xd0;
const RST7 = 0xd7;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DNL = 0xdc;
/** DHT, JPG and DAC are among the frame markers C0 to CF and are none. */
const NO_FRAME: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

interface Frame {
  readonly width: number;
  /** 0 until DNL states it. */
  readonly height: number;
  readonly components: ReadonlySet<number>;
}

/**
 * Whether a JPEG is whole: segments from SOI through a frame header and scans of all its components to EOI.
 * A thumbnail inside a segment is skipped with it, so that its EOI is not taken for the picture's. Bytes
 * behind EOI are left alone, as in a PNG: depth maps and further pictures are there by common practice.
 */
export function inspectJpeg(bytes: Uint8Array): WholePicture | BrokenPicture {
  let frame: Frame | undefined;
  const scanned = new Set<number>();
  let at = 2;
  for (;;) {
    const marker = nextMarker(bytes, at);
    if (marker === undefined) return endsBeforeEoi(bytes);
    if (marker.code === undefined) return broken('jpeg', `there is no marker at byte ${marker.at}`);
    const { code } = marker;
    const place = `at byte ${marker.at}`;
    at = marker.at + 1;
    if (code === EOI) return verdict(frame, scanned);
    if (code === SOI) return broken('jpeg', `a second picture begins inside this one ${place}`);
    if (code === TEM || isRestart(code)) continue;

    if (bytes.length - at < 2) return endsBeforeEoi(bytes);
    const length = uint16be(bytes, at);
    if (length < 2) return broken('jpeg', `the segment ${place} has no length`);
    if (length > bytes.length - at) return broken('jpeg', `the file ends inside the segment ${place}`);
    const body = bytes.subarray(at + 2, at + length);
    at += length;

    if (code >= 0xc0 && code <= 0xcf && !NO_FRAME.has(code)) {
      if (frame !== undefined) return broken('jpeg', `there is a second frame header ${place}`);
      frame = readFrame(body);
      if (frame === undefined) return broken('jpeg', `the frame header ${place} is damaged`);
    } else if (code === DNL) {
      if (frame === undefined || body.length < 2) return broken('jpeg', `the line count ${place} is damaged`);
      if (frame.height === 0) frame = { ...frame, height: uint16be(body, 0) };
    } else if (code === SOS) {
      if (frame === undefined) return broken('jpeg', `a scan begins before the frame header ${place}`);
      const components = readScan(body);
      if (components === undefined || components.some((one) => frame?.components.has(one) !== true)) {
        return broken('jpeg', `the scan header ${place} is damaged`);
      }
      for (const one of components) scanned.add(one);
      const end = endOfScan(bytes, at);
      if (end === undefined) return broken('jpeg', `the file ends inside the picture data, before EOI`);
      if (end === at) return broken('jpeg', `the scan ${place} has no data`);
      at = end;
    }
  }
}

function endsBeforeEoi(bytes: Uint8Array): BrokenPicture {
  return broken('jpeg', `the file ends at byte ${bytes.length}, before EOI`);
}

function isRestart(code: number): boolean {
  return code >= RST0 && code <= RST7;
}

function verdict(frame: Frame | undefined, scanned: ReadonlySet<number>): WholePicture | BrokenPicture {
  if (frame === undefined) return broken('jpeg', 'there is no frame header before EOI');
  if (frame.width === 0 || frame.height === 0) return broken('jpeg', 'it does not state its size');
  for (const component of frame.components) {
    if (!scanned.has(component)) return broken('jpeg', 'a colour component has no picture data');
  }
  return whole('jpeg', frame.width, frame.height);
}

/** The place of a marker's second byte, and its code; no code if something else stands there. */
function nextMarker(bytes: Uint8Array, from: number): { at: number; code: number | undefined } | undefined {
  if (from >= bytes.length) return undefined;
  if (bytes[from] !== 0xff) return { at: from, code: undefined };
  let at = from + 1;
  // Any number of fill bytes may stand before a marker.
  while (bytes[at] === 0xff) at += 1;
  const code = bytes[at];
  if (code === undefined) return undefined;
  return { at, code: code === 0 ? undefined : code };
}

function readFrame(body: Uint8Array): Frame | undefined {
  const count = body[5] ?? 0;
  if (count === 0 || body.length !== 6 + 3 * count) return undefined;
  const components = new Set<number>();
  for (let index = 0; index < count; index += 1) components.add(body[6 + 3 * index] ?? 0);
  return { height: uint16be(body, 1), width: uint16be(body, 3), components };
}

function readScan(body: Uint8Array): number[] | undefined {
  const count = body[0] ?? 0;
  if (count === 0 || body.length !== 4 + 2 * count) return undefined;
  return Array.from({ length: count }, (_, index) => body[1 + 2 * index] ?? 0);
}

/** The first place behind a scan's data that holds a marker other than a restart. */
function endOfScan(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at)) {
    let code = bytes[at + 1];
    const start = at;
    while (code === 0xff) {
      at += 1;
      code = bytes[at + 1];
    }
    if (code === undefined) return undefined;
    if (code !== 0 && !isRestart(code)) return start;
    at += 2;
  }
  return undefined;
}
