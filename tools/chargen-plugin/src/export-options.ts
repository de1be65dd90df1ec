import { posix } from 'node:path';
import {
  COPY_FORMATS,
  DEFAULT_EXPORT_OPTIONS,
  PRIVATE_FIELDS,
  type ExportOptions,
} from 'chargen-export/options';
import { z } from 'chargen-core/zod';

const quality = z.number().int().min(1).max(100).optional();

/** A folder inside of the workspace; an export removes files of its own there. */
const folder = z
  .string()
  .refine(
    (written) =>
      !/^(?:[A-Za-z]:|[\\/])/.test(written) && !/^\.{0,2}(?:\/|$)/.test(posix.normalize(slashes(written))),
    'it must be a folder inside of the workspace',
  )
  .overwrite((written) => posix.normalize(slashes(written)).replace(/\/$/, ''));

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}

const fieldsSchema = z.strictObject({
  folder: folder.default(DEFAULT_EXPORT_OPTIONS.folder),
  formats: z
    .array(z.enum(COPY_FORMATS))
    .min(1)
    .default([...DEFAULT_EXPORT_OPTIONS.formats]),
  widths: z
    .array(z.number().int().min(16).max(16_383))
    .min(1)
    .default([...DEFAULT_EXPORT_OPTIONS.widths]),
  quality: z.strictObject({ avif: quality, webp: quality, jpeg: quality }).default({}),
  approvedOnly: z.boolean().default(DEFAULT_EXPORT_OPTIONS.approvedOnly),
  include: z.array(z.enum(PRIVATE_FIELDS)).default([]),
});

/** What a person writes for `export`: nothing of it happens unless it is asked for. */
export const exportSchema = z
  .union([z.boolean(), fieldsSchema])
  .default(false)
  .describe(
    'copies for publication and their manifest: `true`, or an object ([export.md](export.md#options))',
  );

/** Undefined if no export was asked for. */
export function exportOptionsOf(written: z.output<typeof exportSchema>): ExportOptions | undefined {
  if (written === false) return undefined;
  return written === true ? DEFAULT_EXPORT_OPTIONS : written;
}

/** The target that lists what the targets `export` of a world made. */
export function manifestTargetName({ exportTargetName }: { readonly exportTargetName: string }): string {
  return `${exportTargetName}-manifest`;
}
