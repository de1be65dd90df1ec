import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../../test/support/long.js';
import { inspectPicture, type PictureFormat, type PictureVerdict } from '../src/picture/index.js';

const WIDTH = 37;
const HEIGHT = 23;
const PNG_SIGNATURE_LENGTH = 8;

/** Pixels with some detail, so that no format can pack them into next to nothing. */
function drawing(channels: 3 | 4): Sharp {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * channels);
  for (let index = 0; index < pixels.length; index += 1)
    pixels[index] = (index * 31 + (index >> 3) * 7) % 256;
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

const makers = {
  png: () => drawing(3).png().toBuffer(),
  'png with alpha, interlaced': () => drawing(4).png({ progressive: true }).toBuffer(),
  'png with a palette': () => drawing(3).png({ palette: true, colours: 16 }).toBuffer(),
  jpeg: () => drawing(3).jpeg().toBuffer(),
  'progressive jpeg': () => drawing(3).jpeg({ progressive: true }).toBuffer(),
  'grey jpeg with metadata': () => drawing(3).greyscale().withMetadata({ density: 300 }).jpeg().toBuffer(),
  webp: () => drawing(3).webp().toBuffer(),
  'webp with alpha': () => drawing(4).webp().toBuffer(),
  'lossless webp': () => drawing(4).webp({ lossless: true }).toBuffer(),
  'webp with metadata': () => drawing(3).withMetadata({ density: 300 }).webp().toBuffer(),
} as const;
type Name = keyof typeof makers;
const names = Object.keys(makers) as Name[];

const files = new Map<Name, Uint8Array>();

beforeAll(async () => {
  for (const name of names) files.set(name, new Uint8Array(await makers[name]()));
});

function file(name: Name): Uint8Array {
  return files.get(name)!;
}

function formatOf(name: Name): PictureFormat {
  return (['png', 'jpeg', 'webp'] as const).find((format) => name.includes(format))!;
}

describe('a whole picture', () => {
  it.each(names)('is seen, with format and size: %s', (name) => {
    const format = formatOf(name);
    expect(inspectPicture(file(name))).toEqual({
      kind: 'whole',
      format,
      mimeType: `image/${format}`,
      extension: format === 'jpeg' ? 'jpg' : format,
      width: WIDTH,
      height: HEIGHT,
    });
  });

  it.each(names)('is seen inside a larger buffer: %s', (name) => {
    const bytes = file(name);
    const larger = new Uint8Array(bytes.length + 20).fill(0xff);
    larger.set(bytes, 10);
    expect(inspectPicture(larger.subarray(10, 10 + bytes.length)).kind).toBe('whole');
  });

  it.each(names)('stays whole with bytes of another tool behind its end: %s', (name) => {
    expect(inspectPicture(Buffer.concat([file(name), Buffer.from('appended')])).kind).toBe('whole');
  });

  it('may be an animation', async () => {
    const frame = await drawing(4).png().toBuffer();
    const animation = await sharp([frame, frame], { join: { animated: true } })
      .webp()
      .toBuffer();
    expect(inspectPicture(animation)).toMatchObject({
      kind: 'whole',
      format: 'webp',
      width: WIDTH,
      height: HEIGHT,
    });
  });

  it('may be a JPEG that tells its height behind its first scan', () => {
    const bytes = file('jpeg').slice();
    const frame = bytes.indexOf(
      0xc0,
      bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0),
    );
    bytes.set([0, 0], frame + 4);
    expect(inspectPicture(bytes)).toEqual({
      kind: 'broken',
      format: 'jpeg',
      why: 'it does not state its size',
    });
    const lines = Buffer.from([0xff, 0xdc, 0, 4, 0, HEIGHT]);
    const told = Buffer.concat([bytes.subarray(0, -2), lines, bytes.subarray(-2)]);
    expect(inspectPicture(told)).toMatchObject({ kind: 'whole', width: WIDTH, height: HEIGHT });
  });
});

describe('a cut picture', () => {
  it.each(names)('is broken wherever it was cut: %s', (name) => {
    const bytes = file(name);
    for (let length = 1; length < bytes.length; length += 1) {
      const verdict = inspectPicture(bytes.subarray(0, length));
      expect(verdict, `${String(length)} of ${String(bytes.length)} bytes`).toMatchObject({
        kind: 'broken',
        format: formatOf(name),
      });
    }
  });

  it('is broken too where a hole of zeros ends it, as a download leaves that was allocated first', () => {
    for (const name of ['png', 'jpeg', 'progressive jpeg'] as const) {
      const bytes = file(name).slice();
      bytes.fill(0, Math.floor(bytes.length / 2));
      expect(inspectPicture(bytes), name).toMatchObject({ kind: 'broken', format: formatOf(name) });
    }
  });

  it('tells what is missing', () => {
    const png = Buffer.from(file('png'));
    const data = png.indexOf('IDAT') - 4;
    expect(inspectPicture(png.subarray(0, data + 20))).toEqual({
      kind: 'broken',
      format: 'png',
      why: `the file ends inside the chunk IDAT at byte ${String(data)}`,
    });
    expect(inspectPicture(file('jpeg').subarray(0, -2))).toMatchObject({
      why: 'the file ends inside the picture data, before EOI',
    });
    expect(inspectPicture(file('webp').subarray(0, -1))).toMatchObject({
      why: `the file has ${String(file('webp').length - 1)} of ${String(file('webp').length)} bytes`,
    });
  });
});

describe('a damaged picture', () => {
  it.each(names.filter((name) => formatOf(name) === 'png'))(
    'is never whole with one bit flipped: %s',
    (name) => {
      const bytes = file(name);
      for (let at = 0; at < bytes.length; at += 1) {
        for (let bit = 0; bit < 8; bit += 1) {
          const flipped = bytes.slice();
          flipped[at]! ^= 1 << bit;
          const { kind } = inspectPicture(flipped);
          if (at < PNG_SIGNATURE_LENGTH) expect(['broken', 'unknown']).toContain(kind);
          else expect(kind, `byte ${String(at)}`).toBe('broken');
        }
      }
    },
  );

  it('is named as what it was where line endings were converted in it', () => {
    const converted = Buffer.from(
      Buffer.from(file('png')).toString('latin1').replaceAll('\r\n', '\n'),
      'latin1',
    );
    expect(inspectPicture(converted)).toEqual({
      kind: 'broken',
      format: 'png',
      why: 'the PNG signature is damaged, as when line endings are converted in a binary file',
    });
  });

  it('is found where a PNG has no data, no header, or a second header', () => {
    const bytes = file('png');
    const signature = bytes.subarray(0, 8);
    const header = bytes.subarray(8, 33);
    const end = bytes.subarray(-12);
    const why = (...parts: Uint8Array[]): PictureVerdict =>
      inspectPicture(Buffer.concat([signature, ...parts]));
    expect(why(header, end)).toMatchObject({ why: 'there is no picture data before IEND' });
    expect(why(end)).toMatchObject({ why: 'the first chunk is IEND in place of IHDR' });
    expect(why(header, header, end)).toMatchObject({ why: 'there is a second IHDR at byte 33' });
  });

  it('is found where a JPEG lacks the scan of a colour', async () => {
    // Sharp writes one scan of all three colours; a header that claims another component has none of it.
    const bytes = file('jpeg').slice();
    const scan = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xda);
    expect(bytes[scan + 4]).toBe(3);
    bytes[scan + 5] = bytes[scan + 7]!;
    expect(inspectPicture(bytes)).toMatchObject({ why: 'a colour component has no picture data' });
    await expect(sharp(bytes).raw().toBuffer()).rejects.toThrow();
  });
});

describe('a file that is no picture', () => {
  it.each([
    ['text', 'a cat on a mat'],
    ['HTML of a login page', '<!doctype html><title>Sign in</title>'],
    ['GIF', 'GIF89a\u0001\u0000\u0001\u0000'],
    ['another RIFF file', 'RIFF\u0024\u0000\u0000\u0000WAVEfmt '],
    ['UTF-16 text', '\u00ff\u00fea\u0000'],
  ])('is unknown: %s', (_name, text) => {
    expect(inspectPicture(Buffer.from(text, 'latin1'))).toEqual({ kind: 'unknown' });
  });

  it('is empty without a byte', () => {
    expect(inspectPicture(new Uint8Array())).toEqual({ kind: 'empty' });
  });
});

describe('any bytes', () => {
  const kinds = ['whole', 'lfs-pointer', 'empty', 'broken', 'unknown'];
  const signatures = [
    [],
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    [0xff, 0xd8, 0xff],
    [...Buffer.from('RIFF\u0040\u0000\u0000\u0000WEBPVP8X')],
    [...Buffer.from('RIFF\u0040\u0000\u0000\u0000WEBPVP8L')],
    [...Buffer.from('version https://git-lfs.github.com/spec/v1\n')],
  ];

  it('get an answer', () => {
    fc.assert(
      fc.property(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 200 }), (signature, rest) => {
        expect(kinds).toContain(inspectPicture(new Uint8Array([...signature, ...rest])).kind);
      }),
      { numRuns: cases(1_000, 20_000) },
    );
  });

  it('get an answer where they were a picture once', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (name, changes) => {
          const bytes = file(name).slice();
          for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
          expect(kinds).toContain(inspectPicture(bytes).kind);
        },
      ),
      { numRuns: cases(1_000, 20_000) },
    );
  });

  it('are read in linear time, even those made to be slow', () => {
    const start = file('jpeg').subarray(0, -2);
    const pattern = (length: number, ...bytes: number[]): Uint8Array =>
      Buffer.concat([start, Buffer.alloc(length, Buffer.from(bytes))]);
    const seconds = (bytes: Uint8Array): number => {
      const from = performance.now();
      expect(inspectPicture(bytes).kind).toBe('broken');
      return (performance.now() - from) / 1000;
    };
    // A quadratic reader needs minutes for these.
    expect(seconds(pattern(4_000_000, 0xff, 0x00))).toBeLessThan(5);
    expect(seconds(pattern(4_000_000, 0xff))).toBeLessThan(5);
    expect(seconds(pattern(4_000_000, 0xff, 0xd0))).toBeLessThan(5);
    const chunks = Buffer.concat([Buffer.from('RIFF\u0000\u0000\u0000\u0000WEBP'), Buffer.alloc(4_000_000)]);
    chunks.writeUInt32LE(chunks.length - 8, 4);
    chunks.write('VP8X', 12);
    chunks.writeUInt32LE(10, 16);
    expect(seconds(chunks)).toBeLessThan(5);
  });
});
