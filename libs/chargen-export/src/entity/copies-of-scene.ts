import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { altTextOf, type LoadedEntity, type PlannedScene, type WorldStyle } from 'chargen-core';
import pLimit from 'p-limit';
import { encodeCopy, placeholderOf, readShown, UndecodableError, type Shown } from '../copies/encode.js';
import { variantsOf } from '../copies/variants.js';
import type { ExportedCopy, ExportedScene, Missing } from '../manifest/schema.js';
import { folderOfEntity, type ExportOptions } from '../options.js';
import { formatOf } from '../provenance/c2pa-bytes.js';
import { readContentCredentials } from '../provenance/content-credentials.js';
import { xmpPacket } from '../provenance/fields.js';
import { describeScene, fieldsOf } from './describe-scene.js';
import { sha256Of, type EntityFolder } from './entity-folder.js';
import type { Original } from './original.js';

/** Raised if copies are made otherwise from the same original: all are then made again. */
const COPY_VERSION = 1;

/** libvips has threads of its own; more copies at once would only need more memory. */
const AT_ONCE = Math.min(2, availableParallelism());

export interface SceneExport {
  readonly workspaceRoot: string;
  readonly loaded: LoadedEntity;
  readonly planned: PlannedScene;
  readonly style: WorldStyle;
  readonly options: ExportOptions;
  readonly folder: EntityFolder;
}

export type SceneOutcome =
  | { readonly kind: 'exported'; readonly scene: ExportedScene }
  | { readonly kind: 'missing'; readonly why: Missing };

const UNREADABLE: SceneOutcome = { kind: 'missing', why: 'unreadable' };

/** Makes the copies of one picture. The original is read once, and never written. */
export async function copiesOfScene(work: SceneExport, original: Original): Promise<SceneOutcome> {
  const bytes = await readFile(join(work.workspaceRoot, original.path)).catch(() => undefined);
  // An author may have saved another picture since it was judged; the manifest would describe the one before.
  if (bytes === undefined || sha256Of(bytes) !== original.sha256) return UNREADABLE;
  try {
    return { kind: 'exported', scene: await exportBytes(work, original, bytes) };
  } catch (error) {
    if (error instanceof UndecodableError) return UNREADABLE;
    throw error;
  }
}

async function exportBytes(work: SceneExport, original: Original, bytes: Uint8Array): Promise<ExportedScene> {
  const { workspaceRoot, loaded, planned } = work;
  const shown = await readShown(bytes);
  const altText = await altTextOf(workspaceRoot, loaded, planned.scene, original);
  const published = { ...work, original, altText };
  const files = await writeCopies(work, original, bytes, shown, xmpPacket(fieldsOf(published)));
  const note = await writeCredentials(work, original, bytes);
  return {
    ...describeScene(published),
    width: shown.width,
    height: shown.height,
    ...(await placeholderOf(await smallest(work.folder, files))),
    ...(note === undefined ? {} : { contentCredentials: note }),
    files,
  };
}

/** A placeholder needs no more than that, and to decode an original takes as long as to encode a copy. */
function smallest(folder: EntityFolder, files: readonly ExportedCopy[]): Promise<Buffer> {
  const [first] = [...files].sort((a, b) => a.width - b.width);
  if (first === undefined) throw new Error('There is no copy to make a placeholder from.');
  return folder.read(first);
}

function writeCopies(
  { planned, options, folder }: SceneExport,
  { sha256 }: Original,
  bytes: Uint8Array,
  shown: Shown,
  xmp: string,
): Promise<ExportedCopy[]> {
  const place = folderOfEntity(planned.entity);
  const limit = pLimit(AT_ONCE);
  return Promise.all(
    variantsOf(planned.scene.id, shown.width, options).map((variant) =>
      limit(async (): Promise<ExportedCopy> => {
        const { name, format, mimeType } = variant;
        const madeFrom = sha256Of(JSON.stringify([COPY_VERSION, sha256, variant, xmp]));
        const kept = await folder.kept(name, madeFrom);
        if (kept !== undefined) return kept;
        const { data, width, height } = await encodeCopy(bytes, shown, variant, xmp);
        await folder.writeCopy(name, data, madeFrom);
        const copy = { path: `${place}/${name}`, format, mimeType, width, height };
        return { ...copy, bytes: data.length, sha256: sha256Of(data) };
      }),
    ),
  );
}

/** A copy has other bytes, so that it cannot carry the signed manifest of its original: a note states what it said. */
async function writeCredentials(
  { planned, folder }: SceneExport,
  { sha256 }: Original,
  bytes: Uint8Array,
): Promise<string | undefined> {
  const format = formatOf(bytes);
  const read = format === undefined ? undefined : readContentCredentials(bytes, format);
  if (read === undefined || read.kind === 'absent') return undefined;
  const name = `${planned.scene.id}.c2pa.json`;
  await folder.writeNote(name, {
    v: 1,
    scene: planned.name,
    original: { sha256 },
    isVerified: false,
    ...(read.kind === 'present' ? { credentials: read.credentials } : { unreadable: read.why }),
  });
  return `${folderOfEntity(planned.entity)}/${name}`;
}
