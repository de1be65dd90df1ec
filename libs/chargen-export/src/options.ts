import { posix } from 'node:path';

export { BUILD_ID } from './build-id.js';

/** What copies may be encoded as. AVIF is the smallest and takes some ten times as long as the others. */
export const COPY_FORMATS = ['avif', 'webp', 'jpeg'] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

/** What a manifest may say beyond what a page shows. Each is left out unless it is asked for. */
export const PRIVATE_FIELDS = ['prompt', 'cost', 'path'] as const;
export type PrivateField = (typeof PRIVATE_FIELDS)[number];

export interface ExportOptions {
  /** Relative to the workspace, with forward slashes, and inside of it. */
  readonly folder: string;
  readonly formats: readonly CopyFormat[];
  /** Pixels. A picture is never enlarged: one that is smaller gets a copy of its own width. */
  readonly widths: readonly number[];
  /** From 1 to 100, by format; left out for `DEFAULT_QUALITY`. */
  readonly quality: Readonly<Partial<Record<CopyFormat, number | undefined>>>;
  /** Leaves out pictures that no person has approved. One that was rejected is left out in any case. */
  readonly approvedOnly: boolean;
  /** What is written into the manifest beyond what a page shows; `prompt` also into the copies. */
  readonly include: readonly PrivateField[];
}

export const DEFAULT_EXPORT_OPTIONS: ExportOptions = {
  folder: 'dist/pictures',
  formats: ['webp', 'jpeg'],
  widths: [480, 960, 1920],
  quality: {},
  approvedOnly: false,
  include: [],
};

/** Where a copy of a painted picture looks like its original at the size in which it is shown. */
export const DEFAULT_QUALITY: Readonly<Record<CopyFormat, number>> = { avif: 55, webp: 80, jpeg: 82 };

/** Within the folder of the export: the manifest of the world, for pages. */
export const MANIFEST_FILE = 'manifest.json';

/** Within the folder of an entity's copies: its part of the manifest. */
export const ENTITY_FILE = 'entity.json';

/** The folder of an entity's copies, relative to the folder of the export: `character/cidrella-vexweld`. */
export function folderOfEntity(entity: { readonly type: string; readonly slug: string }): string {
  return posix.join(entity.type, entity.slug);
}
