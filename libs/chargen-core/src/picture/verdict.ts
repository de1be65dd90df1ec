export type PictureFormat = 'png' | 'jpeg' | 'webp';

/** A picture that is there from its first byte to its last; width and height are in pixels. */
export interface WholePicture {
  readonly kind: 'whole';
  readonly format: PictureFormat;
  readonly mimeType: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly extension: 'png' | 'jpg' | 'webp';
  readonly width: number;
  readonly height: number;
}

export interface BrokenPicture {
  readonly kind: 'broken';
  readonly format: PictureFormat;
  /** For people, without a full stop: `the file ends inside the chunk IDAT at byte 33`. */
  readonly why: string;
}

export type PictureVerdict =
  | WholePicture
  | BrokenPicture
  | { readonly kind: 'lfs-pointer'; readonly oid: string; readonly size: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown' };

const FACES = {
  png: { mimeType: 'image/png', extension: 'png' },
  jpeg: { mimeType: 'image/jpeg', extension: 'jpg' },
  webp: { mimeType: 'image/webp', extension: 'webp' },
} as const;

export function whole(format: PictureFormat, width: number, height: number): WholePicture {
  return { kind: 'whole', format, ...FACES[format], width, height };
}

export function broken(format: PictureFormat, why: string): BrokenPicture {
  return { kind: 'broken', format, why };
}
