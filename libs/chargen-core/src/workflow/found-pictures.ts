import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { World } from '../content/index.js';
import type { Places } from '../plan/index.js';
import { readRecipe, resultOf, type ContentKey } from '../recipe/index.js';
import type { ResultStore } from '../store/index.js';
import { sha256Hex } from '../util/digest.js';
import { isMissing } from '../util/fs-error.js';
import { namesIn } from './stored-results.js';

const RECIPE = '.recipe.json';

/**
 * Pictures of the world by the key that their recipe bears, whatever scene they were made for. Where pictures are in
 * git, a clone that never ran has no store, and a scene that was renamed there would be paid for again beside its own
 * picture. Folders that lost their imagery.yaml count: an entity was renamed or moved.
 */
export class FoundPictures {
  readonly #kept = new Set<ContentKey>();
  #recipes: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  constructor(
    readonly workspaceRoot: string,
    readonly world: World,
    readonly places: Places,
  ) {}

  /** Puts into the store what lies about of these keys; answers how many were found. */
  async keepIn(store: ResultStore, keys: readonly ContentKey[]): Promise<number> {
    const open = keys.filter((key) => !this.#kept.has(key));
    // A preview costs nothing, and is nobody's picture.
    if (open.length === 0 || this.places.mode === 'preview') return 0;
    // Read once, and only where something would be paid for.
    const recipes = await (this.#recipes ??= this.#findRecipes());
    let found = 0;
    for (const key of open) {
      for (const path of recipes.get(key) ?? []) {
        if (!(await this.#keepOne(store, key, path))) continue;
        this.#kept.add(key);
        found += 1;
        break;
      }
    }
    return found;
  }

  has(key: ContentKey | undefined): boolean {
    return key !== undefined && this.#kept.has(key);
  }

  async #keepOne(store: ResultStore, key: ContentKey, path: string): Promise<boolean> {
    const recipe = await readRecipe(join(this.workspaceRoot, path));
    if (recipe.kind !== 'present' || recipe.value.key !== key || recipe.value.preview === true) return false;
    const { picture } = recipe.value;
    const file = join(this.workspaceRoot, posix.dirname(path), posix.basename(picture.file));
    try {
      const bytes = await readFile(file);
      if (sha256Hex(bytes) !== picture.sha256) return false;
      await store.keep(resultOf(recipe.value), bytes);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async #findRecipes(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    const parents = new Set(this.world.entities.map(({ folder }) => posix.dirname(folder.root)));
    for (const parent of [...parents].sort()) {
      for (const name of await namesIn(join(this.workspaceRoot, parent))) {
        const images = posix.join(parent, name, this.places.imagesDir);
        for (const file of await namesIn(join(this.workspaceRoot, images))) {
          if (!file.endsWith(RECIPE)) continue;
          const path = posix.join(images, file);
          const key = keyIn(await readFile(join(this.workspaceRoot, path), 'utf8'));
          if (key !== undefined) found.set(key, [...(found.get(key) ?? []), path]);
        }
      }
    }
    return found;
  }
}

/** The key in the text of a recipe, which is read as one only where the key is wanted. */
function keyIn(text: string): string | undefined {
  return /"key":\s*"([0-9a-f]{64})"/.exec(text)?.[1];
}
