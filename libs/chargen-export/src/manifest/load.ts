import { readFile } from 'node:fs/promises';
import { manifestSchema, type Manifest } from './schema.js';

/**
 * The manifest that a file holds. `place` is the path or the file URL of manifest.json. Rejects with an Error for
 * people if it cannot be read or has another form.
 */
export async function loadManifest(place: string | URL): Promise<Manifest> {
  const shown = String(place);
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch (error) {
    throw new Error(`There is no manifest ${shown}. Make it with: npx nx run-many -t export-manifest`, {
      cause: error,
    });
  }
  return parseManifest(text, shown);
}

/** The same for its text, such as one that a page fetched. `shown` is what messages call it. */
export function parseManifest(text: string, shown = 'manifest.json'): Manifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Error(`${shown} is not JSON. Make it again with: npx nx run-many -t export-manifest`, {
      cause: error,
    });
  }
  const parsed = manifestSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  throw new Error(`${shown} is no manifest of this version of chargen-export${where}.`);
}
