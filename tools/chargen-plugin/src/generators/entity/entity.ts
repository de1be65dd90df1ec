import { posix } from 'node:path';
import { logger, type Tree } from '@nx/devkit';
import { canonicalSchema, slugOf, TYPE_FOLDERS, type EntityType } from 'chargen-core';
import { stringify } from 'yaml';
import { requirePortable } from '../shared/portable-name.js';
import { worldCalled } from '../shared/plugin-registration.js';
import { writeAuthored } from '../shared/write-authored.js';

export interface EntityOptions {
  readonly name: string;
  readonly type: EntityType;
  readonly slug?: string;
  readonly description?: string;
  readonly appearance?: string;
  readonly tags?: readonly string[];
  readonly prompt?: string;
  /** The content root of its world, if there are several. */
  readonly world?: string;
}

const FIRST_SCENE: Readonly<Record<EntityType, { readonly id: string; readonly title: string }>> = {
  character: { id: 'first-look', title: 'First look' },
  location: { id: 'establishing', title: 'Establishing view' },
  chapter: { id: 'opening', title: 'Opening' },
};

/** Makes the folder of a new entity. Rejects with words for people if there is one of that name already. */
export default async function entity(tree: Tree, options: EntityOptions): Promise<void> {
  const slug = options.slug ?? slugOf(options.name);
  if (slug === '') {
    throw new Error(
      `No folder can be named after "${options.name}". Give it a name with --slug=<letters-and-dashes>.`,
    );
  }
  requirePortable(slug, '--slug');
  const { contentRoot } = worldCalled(tree, options.world);
  const folder = posix.join(contentRoot, TYPE_FOLDERS[options.type], slug);
  const file = `${folder}/imagery.yaml`;
  if (tree.exists(file)) throw new Error(`${file} is there already. Choose another name, or --slug.`);
  const first = FIRST_SCENE[options.type];
  const prompt = options.prompt?.trim() ?? '';
  const data = {
    entity_type: options.type,
    slug,
    name: options.name.trim(),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.tags === undefined || options.tags.length === 0 ? {} : { tags: [...options.tags] }),
    ...(options.appearance === undefined ? {} : { appearance: options.appearance }),
    scenes: prompt === '' ? [] : [{ ...first, prompt }],
  };
  const parsed = canonicalSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not right'}`);
  }
  const schema = posix.relative(folder, 'node_modules/chargen-core/schema/imagery.schema.json');
  const after = `# yaml-language-server: $schema=${schema}\n${stringify(data, { lineWidth: 100 })}`;
  await writeAuthored(tree, [{ path: file, before: undefined, after }]);
  if (prompt === '') {
    logger.info(
      `It has no scene yet, so nothing is painted. Add one with:\n` +
        `  nx g chargen-plugin:scene ${slug} "${first.title}" --prompt="…"`,
    );
  }
}
