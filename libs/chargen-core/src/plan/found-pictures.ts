import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { RECIPE_SUFFIX, type World } from '../content/index.js';
import { readRecipe, resultOf, type ContentKey, type Recipe } from '../recipe/index.js';
import type { GeneratedResult } from '../store/index.js';
import { sha256Hex } from '../util/digest.js';
import { digestOfFiles } from '../util/looked-files.js';
import { namesIn } from '../util/names-in.js';
import { RACY_MS } from '../util/racy.js';
import type { FileDigests } from './file-digests.js';
import type { Places } from './places.js';
import { takesFolder } from './takes.js';

export interface FoundPicture {
  /** Relative to the workspace. */
  readonly path: string;
  /** Only the Git LFS pointer to it is here. */
  readonly pointer: boolean;
  readonly result: GeneratedResult;
  readonly recipe: Recipe;
}

interface ListedRecipes {
  /** By the folder of their entity, relative to the workspace. */
  readonly paths: readonly (readonly string[])[];
  readonly digest: string | undefined;
}

/**
 * Pictures of the world by the key that their recipe bears, for whichever scene they were made. Where pictures are in
 * git, a clone that never ran has no store, and a scene that was renamed there would be paid for again beside its own
 * picture. Folders that lost their imagery.yaml count: an entity was renamed or moved.
 */
export class FoundPictures {
  #listed: Promise<ListedRecipes> | undefined;
  #recipes: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  constructor(
    readonly world: World,
    readonly places: Places,
    readonly digests: FileDigests,
  ) {}

  /** Changes if a recipe of the world does; undefined if a change could go unseen. */
  async digest(): Promise<string | undefined> {
    return (await (this.#listed ??= this.#list())).digest;
  }

  /** The world is looked through once, and only when something would be paid for. */
  find(key: ContentKey): Promise<FoundPicture | undefined> {
    return this.#find(key, (recipe) => recipe.key === key);
  }

  /** The same by what people asked for, whichever version worded the request; `isWanted` judges its recipe. */
  findAsked(digest: string, isWanted: (recipe: Recipe) => boolean): Promise<FoundPicture | undefined> {
    return this.#find(digest, (recipe) => recipe.asked?.digest === digest && isWanted(recipe));
  }

  async #find(id: string, isWanted: (recipe: Recipe) => boolean): Promise<FoundPicture | undefined> {
    // A preview costs nothing, and stands for no picture.
    if (this.places.mode === 'preview') return undefined;
    this.digests.looked?.lookWide();
    const recipes = await (this.#recipes ??= this.#findRecipes());
    let pointer: FoundPicture | undefined;
    for (const path of recipes.get(id) ?? []) {
      const found = await this.#pictureOf(path, isWanted);
      if (found?.pointer === false) return found;
      pointer ??= found;
    }
    return pointer;
  }

  async #pictureOf(path: string, isWanted: (recipe: Recipe) => boolean): Promise<FoundPicture | undefined> {
    const recipe = await readRecipe(join(this.world.workspaceRoot, path));
    // Read anew: since the world was looked through, another picture may have been laid there.
    if (recipe.kind !== 'present' || !isWanted(recipe.value) || recipe.value.preview === true)
      return undefined;
    const { picture } = recipe.value;
    const file = posix.join(posix.dirname(path), posix.basename(picture.file));
    const facts = await this.digests.find(file);
    if (facts.kind !== 'picture') return undefined;
    const pointer = facts.verdict.kind === 'lfs-pointer' && facts.verdict.oid === picture.sha256;
    if (!pointer && facts.sha256 !== picture.sha256) return undefined;
    return { path: file, pointer, result: resultOf(recipe.value), recipe: recipe.value };
  }

  async #findRecipes(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { paths } = await (this.#listed ??= this.#list());
    const found = new Map<string, string[]>();
    for (const some of paths) {
      const ids = await Promise.all(some.map((path) => idsIn(join(this.world.workspaceRoot, path))));
      for (const [n, path] of some.entries()) {
        for (const id of ids[n] ?? []) found.set(id, [...(found.get(id) ?? []), path]);
      }
    }
    return found;
  }

  async #list(): Promise<ListedRecipes> {
    const { workspaceRoot } = this.world;
    const recent = Date.now() - RACY_MS;
    const lists: string[][] = [];
    const parents = new Set(this.world.entities.map(({ folder }) => posix.dirname(folder.root)));
    for (const parent of [...parents].sort()) {
      for (const name of await namesIn(join(workspaceRoot, parent))) {
        lists.push(await this.#recipesIn(posix.join(parent, name)));
      }
    }
    // Before any of them is read.
    const paths = lists.flat();
    const stamps = digestOfFiles(workspaceRoot, paths, recent);
    return { paths: lists, digest: stamps && sha256Hex(JSON.stringify([stamps, paths])) };
  }

  /** Of an entity's folder: those of its scenes, then those of their other takes. */
  async #recipesIn(root: string): Promise<string[]> {
    const { imagesDir } = this.places;
    const folders = [posix.join(root, imagesDir), takesFolder(root, imagesDir)];
    const found = folders.map(async (folder) => {
      const names = await namesIn(join(this.world.workspaceRoot, folder));
      return names.filter((name) => name.endsWith(RECIPE_SUFFIX)).map((name) => posix.join(folder, name));
    });
    return (await Promise.all(found)).flat();
  }
}

/** The key and the asked digest in the text of a recipe, which is read as one only if it is wanted. */
async function idsIn(path: string): Promise<readonly string[]> {
  try {
    const text = await readFile(path, 'utf8');
    return [...text.matchAll(/"(?:key|digest)":\s*"([0-9a-f]{64})"/g)].flatMap(([, id]) => id ?? []);
  } catch {
    // A scene whose own recipe cannot be read reports it; here it is only no picture.
    return [];
  }
}
