import { DEFAULT_QUALITY, type CopyFormat, type ExportOptions } from '../options.js';

/** One copy that is to be made. */
export interface Variant {
  /** In the folder of the entity: `workshop-tinkering-960.webp`. */
  readonly name: string;
  readonly format: CopyFormat;
  readonly mimeType: 'image/avif' | 'image/webp' | 'image/jpeg';
  /** Pixels; never more than the original has. */
  readonly width: number;
  readonly quality: number;
}

const EXTENSIONS = { avif: 'avif', webp: 'webp', jpeg: 'jpg' } as const;

/** The copies of one picture, by format in the order that was asked for, then by width. */
export function variantsOf(
  scene: string,
  width: number,
  { formats, widths, quality }: Pick<ExportOptions, 'formats' | 'widths' | 'quality'>,
): Variant[] {
  const fitting = [...new Set(widths.map((one) => Math.min(one, width)))].sort((a, b) => a - b);
  return [...new Set(formats)].flatMap((format) =>
    fitting.map((one): Variant => ({
      name: `${scene}-${one}.${EXTENSIONS[format]}`,
      format,
      mimeType: `image/${format}`,
      width: one,
      quality: quality[format] ?? DEFAULT_QUALITY[format],
    })),
  );
}
