import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { GALLERY_FOLDER, type GalleryPlace } from '../data/links.js';

const addressSchema = z.object({
  v: z.literal(1),
  port: z.number().int().min(1).max(65_535),
  token: z.string().regex(/^[A-Za-z0-9_-]{32}$/),
});

/** Where the server of a world is found, each time it is started: bookmarks and open tabs stay good. */
export type OwnAddress = Pick<z.infer<typeof addressSchema>, 'port' | 'token'>;

function pathOf({ root, folder = GALLERY_FOLDER }: GalleryPlace): string {
  // Not in the gallery's folder, whose files are handed out.
  return join(root, `${folder}-server.json`);
}

/** The address of the last time; undefined if there is none, or if the file is not what was written. */
export async function readAddress(place: GalleryPlace): Promise<OwnAddress | undefined> {
  try {
    const parsed = addressSchema.safeParse(JSON.parse(await readFile(pathOf(place), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Only the user may read it: who knows the token can change the world's files and start runs. */
export async function keepAddress(place: GalleryPlace, { port, token }: OwnAddress): Promise<void> {
  const path = pathOf(place);
  await mkdir(dirname(path), { recursive: true });
  // One that was cut short is as good as none.
  await writeFile(path, `${JSON.stringify({ v: 1, port, token })}\n`, { mode: 0o600 });
}
