import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeCopy, placeholderOf, readShown } from '../src/copies/encode.js';
import { variantsOf } from '../src/copies/variants.js';
import { DEFAULT_EXPORT_OPTIONS } from '../src/options.js';
import { readContentCredentials } from '../src/provenance/content-credentials.js';
import { xmpPacket } from '../src/provenance/fields.js';
import { readProvenanceFields } from '../src/provenance/read-fields.js';
import { exiftool } from './support/exiftool.js';
import { jpegWith, manifestStore, pngWith, webpWith } from './support/c2pa.js';
import { cases } from '../../../test/support/long.js';

const XMP = xmpPacket({
  title: 'A title',
  alt: null,
  digitalSourceType: undefined,
  model: undefined,
  madeAt: undefined,
  creator: undefined,
  credit: undefined,
  prompt: undefined,
});

function drawn(width: number, height: number, background = '#4080c0'): Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}

async function copyOf(bytes: Buffer, format: 'avif' | 'webp' | 'jpeg', width = 64): Promise<Buffer> {
  const [variant] = variantsOf('scene', width, {
    ...DEFAULT_EXPORT_OPTIONS,
    formats: [format],
    widths: [width],
  });
  if (variant === undefined) throw new Error('There is no variant.');
  return (await encodeCopy(bytes, await readShown(bytes), variant, XMP)).data;
}

describe('a copy', () => {
  it.each(['avif', 'webp', 'jpeg'] as const)('keeps the colour profile in %s', async (format) => {
    const original = await drawn(80, 60).withIccProfile('p3').png().toBuffer();
    const before = (await sharp(original).metadata()).icc;
    expect(before?.length).toBeGreaterThan(100);
    expect((await sharp(await copyOf(original, format)).metadata()).icc).toEqual(before);
  });

  it('is turned as the camera noted, and has no other note of it', async () => {
    const original = await drawn(80, 60)
      .withExif({ IFD0: { Artist: 'a person' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await readShown(original)).toMatchObject({ width: 60, height: 80 });
    const { width, height, exif, orientation } = await sharp(await copyOf(original, 'jpeg', 30)).metadata();
    expect({ width, height, exif, orientation }).toEqual({
      width: 30,
      height: 40,
      exif: undefined,
      orientation: undefined,
    });
  });

  it('shows white where a JPEG cannot be transparent', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const original = await sharp({ create: { width: 64, height: 64, channels: 4, background: clear } })
      .png()
      .toBuffer();
    const { dominant } = await sharp(await copyOf(original, 'jpeg')).stats();
    expect(Math.min(dominant.r, dominant.g, dominant.b)).toBeGreaterThan(240);
  });

  it('has a placeholder of the colour that it mostly has', async () => {
    const { colour } = await placeholderOf(await drawn(640, 480, '#c04020').png().toBuffer());
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    expect(Math.abs((r ?? 0) - 0xc0) + Math.abs((g ?? 0) - 0x40) + Math.abs((b ?? 0) - 0x20)).toBeLessThan(
      40,
    );
  });

  it('takes any text for its fields, and gives it back', async () => {
    const original = await drawn(16, 16).webp().toBuffer();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), async (text) => {
        const shown = text
          .toWellFormed()
          .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
        const fields = {
          title: 'T',
          alt: null,
          digitalSourceType: undefined,
          model: undefined,
          madeAt: undefined,
        };
        const xmp = xmpPacket({ ...fields, creator: undefined, credit: text, prompt: undefined });
        const [variant] = variantsOf('scene', 16, {
          ...DEFAULT_EXPORT_OPTIONS,
          formats: ['webp'],
          widths: [16],
        });
        if (variant === undefined) throw new Error('There is no variant.');
        const { data } = await encodeCopy(original, await readShown(original), variant, xmp);
        const plain = (value: string): string => value.replace(/\s+/g, ' ').trim();
        expect(plain((await readProvenanceFields(data))['Credit'] ?? '')).toBe(plain(shown));
      }),
      { numRuns: cases(6, 200) },
    );
  });
});

describe('the C2PA manifest of an original', () => {
  it('is read from PNG, WebP and JPEG, in one piece or several, and states what an independent reader finds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chargen-c2pa-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const originals = {
      png: pngWith(await drawn(32, 32).png().toBuffer(), manifestStore()),
      webp: webpWith(await drawn(32, 32).webp().toBuffer(), manifestStore()),
      jpeg: jpegWith(await drawn(32, 32).jpeg().toBuffer(), manifestStore(150_000)),
    };
    for (const [format, bytes] of Object.entries(originals)) {
      expect(readContentCredentials(bytes, format as keyof typeof originals)).toEqual({
        kind: 'present',
        credentials: {
          claimGenerator: 'Google C2PA Core Generator 1',
          actions: [
            {
              action: 'c2pa.created',
              digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
              description: 'Created by Google Generative AI.',
            },
          ],
          assertions: ['c2pa.actions.v2'],
          manifests: 1,
          isSigned: true,
        },
      });
      await writeFile(join(folder, `original.${format}`), bytes);
    }
    const read = await exiftool(Object.keys(originals).map((format) => join(folder, `original.${format}`)));
    for (const one of read) {
      expect(JSON.stringify(one)).toContain('Google C2PA Core Generator');
      expect(JSON.stringify(one)).toContain('c2pa.created');
    }
  });

  it('is absent, or is reported as one that cannot be read, in any other bytes', async () => {
    const png = await drawn(32, 32).png().toBuffer();
    expect(readContentCredentials(png, 'png')).toEqual({ kind: 'absent' });
    expect(readContentCredentials(pngWith(png, Buffer.from('no boxes at all')), 'png')).toEqual({
      kind: 'unreadable',
      why: 'it holds no manifest',
    });
    const store = manifestStore();
    fc.assert(
      fc.property(
        fc.constantFrom('png', 'webp', 'jpeg'),
        fc.nat({ max: store.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        (format, at, byte) => {
          const damaged = Buffer.from(store);
          damaged[at] = byte;
          const bytes =
            format === 'png' ? pngWith(png, damaged) : Buffer.concat([png.subarray(0, 12), damaged]);
          expect(['absent', 'present', 'unreadable']).toContain(readContentCredentials(bytes, format).kind);
        },
      ),
      { numRuns: cases(200, 5000) },
    );
  });
});

describe('the widths of copies', () => {
  it('are each there once, and none beyond the original', () => {
    const options = {
      ...DEFAULT_EXPORT_OPTIONS,
      widths: [960, 480, 1920, 480],
      formats: ['jpeg', 'jpeg'],
    } as const;
    expect(variantsOf('a', 900, options).map(({ name }) => name)).toEqual(['a-480.jpg', 'a-900.jpg']);
  });
});
