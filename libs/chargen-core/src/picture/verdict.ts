import { mediaFormat, type MediaFormat, type PictureFormat } from './format.js';

/** A picture that is there from its first byte to its last; width and height are in pixels. */
export interface WholePicture extends MediaFormat {
  readonly kind: 'whole';
  readonly format: PictureFormat;
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

export function whole(format: PictureFormat, width: number, height: number): WholePicture {
  return { kind: 'whole', format, ...mediaFormat(format), width, height };
}

export function broken(format: PictureFormat, why: string): BrokenPicture {
  return { kind: 'broken', format, why };
}
