import { readFile, rm, writeFile } from 'node:fs/promises';
import { contentKey } from '../../src/recipe/canonical-request.js';
import { recipeSchema } from '../../src/recipe/recipe.js';
import type { RunWorld } from './run-world.js';

/** Rewrites every recipe as an older version, which worded its requests differently, would have written it. */
export async function asOlderVersion(world: Pick<RunWorld, 'files' | 'path'>, compiler = 1): Promise<void> {
  for (const path of await world.files('content')) {
    if (!path.endsWith('.recipe.json')) continue;
    const recipe = recipeSchema.parse(JSON.parse(await readFile(world.path(path), 'utf8')));
    const request = structuredClone(recipe.request);
    for (const content of request.request.contents) {
      for (const part of content.parts) if ('text' in part) part.text = `In other words: ${part.text}`;
    }
    const key = contentKey(request);
    const item = recipe.item.replace(/[0-9a-f]{64}$/, key);
    const asked = recipe.asked === undefined ? undefined : { ...recipe.asked, compiler };
    await writeFile(world.path(path), JSON.stringify({ ...recipe, item, key, request, asked }));
  }
  await rm(world.path('.chargen'), { recursive: true, force: true });
}
