export type PictureFormat = 'png' | 'jpeg' | 'webp';

/** As HTTP and file names call a format. */
export interface MediaFormat {
  readonly mimeType: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly extension: 'png' | 'jpg' | 'webp';
}

const FORMATS = {
  png: { mimeType: 'image/png', extension: 'png' },
  jpeg: { mimeType: 'image/jpeg', extension: 'jpg' },
  webp: { mimeType: 'image/webp', extension: 'webp' },
} as const;

export function mediaFormat(format: PictureFormat): MediaFormat {
  return FORMATS[format];
}

/** The format that a file's name states. A Git LFS pointer does not state which format it stands for. */
export function formatOfName(path: string): MediaFormat {
  if (/\.jpe?g$/i.test(path)) return FORMATS.jpeg;
  if (/\.webp$/i.test(path)) return FORMATS.webp;
  return FORMATS.png;
}
