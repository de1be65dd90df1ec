import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { appendItem, canonicalSchema, nearest, parseYaml, sceneSchema, slugOf } from 'chargen-core';
import { resolveOptions } from '../../plugin-options.js';
import { registeredOptions } from '../shared/plugin-registration.js';

export interface SceneOptions {
  readonly entity: string;
  readonly title: string;
  readonly prompt: string;
  readonly id?: string;
  readonly aspectRatio?: string;
  readonly shows?: readonly string[];
}

/** Adds a scene at the end of an entity's file. Throws with words for people where that cannot be done. */
export default function scene(tree: Tree, options: SceneOptions): void {
  const { contentRoot } = resolveOptions(registeredOptions(tree));
  const file = findFile(tree, contentRoot, options.entity);
  const text = tree.read(file, 'utf8') ?? '';
  const parsed = parseYaml(text, file);
  if (parsed.kind === 'broken') throw new Error(`${file}: ${parsed.diagnostic.message}`);
  const known = canonicalSchema.safeParse(parsed.data);
  if (!known.success) {
    const issue = known.error.issues[0];
    throw new Error(
      `${file} is not of the form that chargen writes itself (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}). ` +
        'Add the scene by hand, as the others of this file are written; npx chargen check tells whether it is right.',
    );
  }
  const id = options.id ?? slugOf(options.title);
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
      tree.write(file, outcome.text);
      return;
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

/** The one imagery.yaml whose folder bears the name; `character/<slug>` and the like where several do. */
function findFile(tree: Tree, contentRoot: string, wanted: string): string {
  const files = imageryFiles(tree, contentRoot === '' ? '.' : contentRoot);
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

function imageryFiles(tree: Tree, folder: string): string[] {
  return tree.children(folder).flatMap((name) => {
    if (name === 'node_modules' || name === 'images' || name.startsWith('.')) return [];
    const path = posix.join(folder, name);
    if (tree.isFile(path)) return name === 'imagery.yaml' ? [path] : [];
    return imageryFiles(tree, path);
  });
}
