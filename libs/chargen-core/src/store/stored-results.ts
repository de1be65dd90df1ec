import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storedResultSchema, type StoredResult } from './stored-result.js';
import { namesIn } from '../util/names-in.js';

/** Every result of a store, by key; files that cannot be read as one are left out, and left alone. */
export async function* storedResults(storeFolder: string): AsyncGenerator<StoredResult> {
  const folder = join(storeFolder, 'results');
  for (const part of await namesIn(folder)) {
    for (const name of await namesIn(join(folder, part))) {
      if (!name.endsWith('.json')) continue;
      let data: unknown;
      try {
        data = JSON.parse(await readFile(join(folder, part, name), 'utf8'));
      } catch {
        continue;
      }
      const parsed = storedResultSchema.safeParse(data);
      if (parsed.success) yield parsed.data;
    }
  }
}
