import type { CreateNodesResult, ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import {
  ANALYSIS_SUFFIX,
  APPROVAL_FILE,
  formOf,
  IMAGERY_FILE,
  IMAGES_FOLDER,
  PICTURE_EXTENSIONS,
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
  type LoadedEntity,
} from 'chargen-core/graph';
import { terminalText } from 'chargen-core/safe-text';
import { ENTITY_FILE, folderOfEntity, MANIFEST_FILE, type ExportOptions } from 'chargen-export/options';
import { manifestTargetName } from '../export-options.js';
import { seesIgnoredFiles } from '../nx-version.js';
import type { WorldEntry } from '../world-entries.js';
import type { EntityLinks } from './entity-links.js';
import { globSafe } from './glob-safe.js';

type Input = NonNullable<TargetConfiguration['inputs']>[number];

/** What the executor `export` is given; the rest stands in nx.json, which is in the hash of every task. */
export interface ExportTaskOptions {
  /** Says which entry of the plugin the task is of. */
  readonly contentRoot: string;
  /** That of `generate`: what people wrote decides whether a picture is done. */
  readonly digest: string;
  /** Of the entity's copies, relative to the workspace. */
  readonly folder: string;
}

/** The target `export` of an entity. It depends on no other target: a site's build never buys or waits. */
export function exportTarget(
  loaded: LoadedEntity,
  links: EntityLinks,
  digest: string,
  entry: WorldEntry,
  wanted: ExportOptions,
): TargetConfiguration {
  const { entity, folder } = loaded;
  const safe = globSafe(folder.root);
  const root = safe === folder.root ? '{projectRoot}' : `{workspaceRoot}/${safe}`;
  const images = `${root}/${IMAGES_FOLDER}`;
  const place = posix.join(wanted.folder, placeOf(loaded));
  const options: ExportTaskOptions = { contentRoot: entry.contentRoot, digest, folder: place };
  const safePlace = globSafe(place);
  return {
    executor: 'chargen-plugin:export',
    // An Nx that cannot see changes of ignored pictures would bring back copies of the pictures before.
    cache: seesIgnoredFiles(),
    options,
    inputs: [
      `${root}/${IMAGERY_FILE}`,
      ...(entity === undefined ? [] : formOf(entity).siblings.map((name) => `${root}/${name}`)),
      ...links.files.map((path) => `{workspaceRoot}/${globSafe(path)}`),
      `{workspaceRoot}/${globSafe(entry.styleFile)}`,
      ...(links.projects.length === 0 ? [] : [{ input: 'chargen', projects: [...links.projects] }]),
      ignoredToo(`${root}/${APPROVAL_FILE}`),
      ...[...PICTURE_EXTENSIONS.map((one) => `.${one}`), RECIPE_SUFFIX, REFUSAL_SUFFIX, ANALYSIS_SUFFIX].map(
        (ending) => ignoredToo(`${images}/*${ending}`),
      ),
      // A picture that shows another one is done only as long as that one is what it was.
      ...links.pictures.flatMap((stem) =>
        PICTURE_EXTENSIONS.map((one) => ignoredToo(`{workspaceRoot}/${globSafe(stem)}.${one}`)),
      ),
      { externalDependencies: [] },
    ],
    outputs: [`{workspaceRoot}/${safePlace}${safePlace === place ? '' : '/**/*'}`],
    metadata: {
      description: terminalText(
        `Make copies of the finished pictures of ${entity?.name ?? folder.folder} for publication`,
      ),
      technologies: ['chargen'],
      help: { command: 'npx chargen provenance --help', example: {} },
    },
  };
}

function ignoredToo(fileset: string): Input {
  return { fileset, includeIgnored: true };
}

function placeOf({ entity, folder, id }: LoadedEntity): string {
  return folderOfEntity(entity ?? { type: id.split('/')[0] ?? 'character', slug: folder.folder });
}

/**
 * The project that makes one manifest of all exports of a world, in its content root. A project that is there keeps its
 * name and gets the target.
 */
export function manifestProject(
  workspaceRoot: string,
  names: readonly string[],
  entry: WorldEntry,
  wanted: ExportOptions,
): [string, CreateNodesResult] {
  const root = entry.contentRoot === '' ? '.' : entry.contentRoot;
  const project: Omit<ProjectConfiguration, 'root'> = {
    ...(hasName(workspaceRoot, root) ? {} : { name: freeName(names, entry) }),
    targets: { [manifestTargetName(entry)]: manifestTarget([...names].sort(), entry, wanted) },
  };
  return ['nx.json', { projects: { [root]: project } }];
}

function manifestTarget(
  projects: string[],
  entry: WorldEntry,
  { folder }: ExportOptions,
): TargetConfiguration {
  return {
    executor: 'chargen-plugin:export-manifest',
    cache: true,
    options: { contentRoot: entry.contentRoot },
    dependsOn: [{ target: entry.exportTargetName, projects }],
    inputs: [{ dependentTasksOutputFiles: `**/${ENTITY_FILE}` }, { externalDependencies: [] }],
    outputs: [`{workspaceRoot}/${folder}/${MANIFEST_FILE}`],
    metadata: {
      description: 'Write the manifest of all exported pictures, with what is missing',
      technologies: ['chargen'],
    },
  };
}

/** Whether Nx has a name for the project of a folder: its own file names it, or package.json does. */
function hasName(workspaceRoot: string, root: string): boolean {
  return ['project.json', 'package.json'].some((file) => existsSync(join(workspaceRoot, root, file)));
}

function freeName(names: readonly string[], { tag }: WorldEntry): string {
  const used = new Set(names);
  let name =
    tag === undefined ? 'pictures' : `pictures-${tag.replace(/^world:/, '').replace(/[^\w.-]+/g, '-')}`;
  while (used.has(name)) name = `${name}-of-the-world`;
  return name;
}
