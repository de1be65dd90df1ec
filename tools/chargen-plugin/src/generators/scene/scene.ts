import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { appendItem, canonicalSchema, nearest, parseYaml, sceneSchema, slugOf } from 'chargen-core';
import { findImageryFiles } from 'chargen-core/graph';
import { IMAGERY_FILE, isOfWorld } from 'chargen-core/look';
import type { WorldEntry } from '../../world-entries.js';
import { requirePortable } from '../shared/portable-name.js';
import { worldCalled, worldsOf } from '../shared/plugin-registration.js';
import { writeAuthored } from '../shared/write-authored.js';

export interface SceneOptions {
  readonly entity: string;
  readonly title: string;
  readonly prompt: string;
  readonly id?: string;
  readonly aspectRatio?: string;
  readonly shows?: readonly string[];
  /** The content root of its world, if several have an entity of that name. */
  readonly world?: string;
}

/** Adds a scene at the end of an entity's file. Rejects with words for people if that cannot be done. */
export default async function scene(tree: Tree, options: SceneOptions): Promise<void> {
  const worlds = options.world === undefined ? worldsOf(tree) : [worldCalled(tree, options.world)];
  const file = await findFile(tree, worlds, options.entity);
  const text = tree.read(file, 'utf8') ?? '';
  const parsed = parseYaml(text, file);
  if (parsed.kind === 'broken') throw new Error(`${file}: ${parsed.diagnostic.message}`);
  const known = canonicalSchema.safeParse(parsed.data);
  if (!known.success) {
    const issue = known.error.issues[0];
    throw new Error(
      `${file} is not of the form that chargen writes itself (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}). ` +
        'Add the scene by hand, as the others of this file are written; npx chargen check shows whether it is right.',
    );
  }
  const id = options.id ?? slugOf(options.title);
  requirePortable(id, '--id');
  const taken = [
    ...(known.data.scenes ?? []).map((one) => one.id),
    ...(known.data.references ?? []).map((one) => posix.parse(one.path).name),
  ];
  if (taken.includes(id)) {
    throw new Error(`${file} has a scene or a picture "${id}" already. Choose another title, or --id.`);
  }
  const added = sceneSchema.safeParse(sceneData(options, id));
  if (!added.success) {
    const issue = added.error.issues[0];
    throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not right'}`);
  }
  const outcome = appendItem(text, ['scenes'], sceneData(options, id));
  switch (outcome.kind) {
    case 'spliced':
      return writeAuthored(tree, [{ path: file, before: text, after: outcome.text }]);
    case 'unchanged':
      return;
    case 'refused':
      throw new Error(`${file}: ${outcome.why} Add the scene by hand.`);
  }
}

type SceneData = Readonly<Record<string, string | readonly Readonly<Record<string, string>>[]>>;

function sceneData(options: SceneOptions, id: string): SceneData {
  const { title, prompt, aspectRatio, shows = [] } = options;
  return {
    id,
    title: title.trim(),
    prompt: prompt.trim(),
    ...(aspectRatio === undefined ? {} : { aspect_ratio: aspectRatio }),
    ...(shows.length === 0 ? {} : { references: shows.map(shownData) }),
  };
}

function shownData(text: string): Readonly<Record<string, string>> {
  const [type = '', slug = '', shownScene] = text.split('/');
  return shownScene === undefined ? { [type]: slug } : { [type]: slug, scene: shownScene };
}

/** The one imagery.yaml whose folder bears the name; `character/<slug>` and the like if several do. */
async function findFile(tree: Tree, worlds: readonly WorldEntry[], wanted: string): Promise<string> {
  const files = (await Promise.all(worlds.map((world) => imageryFiles(tree, world)))).flat();
  const found = files.filter((file) => {
    const folder = posix.dirname(file);
    const name = posix.basename(folder);
    const type = posix.basename(posix.dirname(folder)).replace(/s$/, '');
    return [name, `${type}-${name}`, `${type}/${name}`, folder].includes(wanted);
  });
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  if (second !== undefined) {
    throw new Error(`Several entities are called "${wanted}": ${found.join(', ')}. Name the folder.`);
  }
  const close = nearest(
    wanted,
    files.map((file) => posix.basename(posix.dirname(file))),
  );
  throw new Error(
    `There is no entity "${wanted}".` +
      (close === undefined ? '' : ` Did you mean "${close}"?`) +
      ' Make one with: nx g chargen-plugin:entity',
  );
}

/**
 * Which files are the world is answered as for every command; the Tree knows also those that other generators made or
 * removed and Nx has not written yet.
 */
async function imageryFiles(tree: Tree, { contentRoot, owns }: WorldEntry): Promise<string[]> {
  const isOnDisk = existsSync(join(tree.root, contentRoot));
  const files = new Set(isOnDisk ? await findImageryFiles(tree.root, contentRoot) : []);
  const isRead = isOfWorld(tree.root, contentRoot);
  for (const { path, type } of tree.listChanges()) {
    if (posix.basename(path) !== IMAGERY_FILE || !isRead(path)) continue;
    if (type === 'DELETE') files.delete(path);
    else files.add(path);
  }
  return [...files].filter(owns).sort();
}
