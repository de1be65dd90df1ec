import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import { posix } from 'node:path';
import {
  ANALYSIS_SUFFIX,
  analysisDigest,
  analysisTargets,
  formOf,
  IMAGES_FOLDER,
  MAX_TAKES,
  PICTURE_EXTENSIONS,
  PREVIEW_FOLDER,
  REAL_PLACES,
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
  TAKES_FOLDER,
  taskSettings,
  type AuthoredDigests,
  type Entity,
  type EntityType,
  type LoadedEntity,
} from 'chargen-core/graph';
import { terminalText } from 'chargen-core/safe-text';
import type { WorldEntry } from '../world-entries.js';
import type { EntityLinks } from './entity-links.js';
import { exportTarget } from './export-targets.js';
import { globSafe } from './glob-safe.js';

type Input = NonNullable<TargetConfiguration['inputs']>[number];

/** The extensions that a picture may come in; which one is known only afterwards. */
const EXTENSIONS = `{${PICTURE_EXTENSIONS.join(',')}}`;

/** What lies beside a take, the take itself among it. */
const TAKE_FILES = [
  ...PICTURE_EXTENSIONS.map((extension) => `.${extension}`),
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
].join(',');

/** Folders of pictures that scenes of other entities show. */
const SHOWN_FOLDERS = [IMAGES_FOLDER, posix.basename(PREVIEW_FOLDER)].join(',');

/**
 * Takes in the outputs of each scene, by number. The same for all scenes, and not as many as a scene asks for: the
 * outputs are part of the hash, and a world that asks for more takes must not lose its place in Nx's cache.
 */
const TAKES = Array.from({ length: MAX_TAKES }, (_, index) => index + 1).join(',');

/** What the executors are given; made here and nowhere else. */
export interface ExecutorOptions {
  readonly imagesDir: string;
  readonly digest: string;
  /** Says which entry of the plugin the task is of. */
  readonly contentRoot: string;
  readonly styleFile: string;
  /** What a person set; see `taskSettings`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Where people look up why imagery.yaml is not listed. */
const OF_THE_DIGEST = 'What imagery.yaml says is an input by the digest in the options, and not as a file.';

/**
 * The Nx project of one entity. Everything in it comes from what people wrote: a generated picture, a recipe or
 * an environment variable in here would change the hash of the very run that made it.
 */
export function entityProject(
  name: string,
  loaded: LoadedEntity,
  links: EntityLinks,
  digests: AuthoredDigests,
  options: WorldEntry,
): ProjectConfiguration {
  const { entity, folder } = loaded;
  const type: EntityType = entity?.type ?? folder.folderType ?? 'character';
  const world = options.tag === undefined ? [] : [options.tag];
  const tags = [
    `type:${type}`,
    ...world,
    ...(entity?.tags ?? []).map((tag) => tag.trim().replace(/\s+/g, '-')),
  ];
  return {
    name,
    root: folder.root,
    tags: [...new Set(tags)],
    // Only for `{input: chargen, projects: […]}` of others: it brings this project's digest into their hash.
    namedInputs: { chargen: [] },
    metadata: {
      description: terminalText(describe(loaded)),
      technologies: ['chargen'],
      ...(entity === undefined ? {} : { targetGroups: { pictures: targetNames(options) } }),
      ...metadataOf(entity, links),
    },
    targets: {
      [options.generateTargetName]: generateTarget(loaded, links, digests, options),
      [options.analyzeTargetName]: analyzeTarget(loaded, digests, options),
      ...(options.export === undefined
        ? {}
        : {
            [options.exportTargetName]: exportTarget(
              loaded,
              links,
              digests.of(loaded),
              options,
              options.export,
            ),
          }),
    },
  };
}

function targetNames(options: WorldEntry): string[] {
  return [options.generateTargetName, options.analyzeTargetName];
}

function describe(loaded: LoadedEntity): string {
  const { entity, folder } = loaded;
  if (entity === undefined) {
    const first = loaded.diagnostics[0];
    return `${folder.file} has an error: ${first?.message ?? 'it cannot be read'}`;
  }
  return entity.description ?? `${entity.name}: ${entity.scenes.length} scenes`;
}

/** For `nx show project` and Nx Console; metadata is in no hash. */
function metadataOf(entity: Entity | undefined, links: EntityLinks): Record<string, unknown> {
  if (entity === undefined) return {};
  return {
    chargen: {
      type: entity.type,
      dialect: entity.dialect,
      scenes: entity.scenes.map((scene) => ({
        id: scene.id,
        title: scene.title,
        aspectRatio: scene.aspectRatio,
        imageSize: scene.imageSize,
        ...(scene.locked ? { locked: true } : {}),
        shows: links.shownBy(scene.id),
      })),
    },
  };
}

/** Where the outputs of an entity are, as the beginning of a pattern. */
function imagesOf(root: string): string {
  const safe = globSafe(root);
  return `${safe === root ? '{projectRoot}' : `{workspaceRoot}/${safe}`}/{options.imagesDir}`;
}

function executorOptions(
  loaded: LoadedEntity,
  digests: AuthoredDigests,
  options: WorldEntry,
): ExecutorOptions {
  return {
    imagesDir: IMAGES_FOLDER,
    digest: digests.of(loaded),
    contentRoot: options.contentRoot,
    styleFile: options.styleFile,
    settings: taskSettings(options.settings),
  };
}

function generateTarget(
  loaded: LoadedEntity,
  links: EntityLinks,
  digests: AuthoredDigests,
  options: WorldEntry,
): TargetConfiguration {
  const { entity, folder } = loaded;
  const images = imagesOf(folder.root);
  const outputs = (entity?.scenes ?? [])
    .filter((scene) => !scene.locked)
    .flatMap((scene) => [
      `${images}/${scene.id}.${EXTENSIONS}`,
      `${images}/${scene.id}${RECIPE_SUFFIX}`,
      `${images}/${scene.id}${REFUSAL_SUFFIX}`,
      `${images}/${TAKES_FOLDER}/${scene.id}@{${TAKES}}{${TAKE_FILES}}`,
      ...(options.settings.canonCheck ? [`${images}/${scene.id}${ANALYSIS_SUFFIX}`] : []),
    ]);
  const inputs: Input[] = [
    ...siblingInputs(loaded),
    ...links.files.map((path) => `{workspaceRoot}/${globSafe(path)}`),
    `{workspaceRoot}/${globSafe(options.styleFile)}`,
    ...(links.projects.length === 0 ? [] : [{ input: 'chargen', projects: [...links.projects] }]),
    ...(links.producers.length === 0
      ? []
      : // Not the other takes, which no scene shows: they may lie on one machine and not on another.
        [{ dependentTasksOutputFiles: `**/{${SHOWN_FOLDERS}}/*.${EXTENSIONS}` }]),
    // Without it every npm package of the repository would be part of every picture's hash.
    { externalDependencies: [] },
  ];
  return {
    executor: 'chargen-plugin:generate',
    cache: true,
    options: executorOptions(loaded, digests, options),
    configurations: { preview: { imagesDir: PREVIEW_FOLDER } },
    inputs,
    outputs,
    ...(links.producers.length === 0
      ? {}
      : { dependsOn: [{ target: options.generateTargetName, projects: [...links.producers] }] }),
    metadata: {
      description: terminalText(
        `Make the pictures of ${entity?.name ?? folder.folder} that are not made yet, in one Gemini batch with all others. ${OF_THE_DIGEST}`,
      ),
      technologies: ['chargen'],
      help: {
        command: 'npx chargen --help',
        example: { args: ['-c', 'preview'] },
      },
    },
  };
}

function analyzeTarget(
  loaded: LoadedEntity,
  digests: AuthoredDigests,
  options: WorldEntry,
): TargetConfiguration {
  const { entity, folder } = loaded;
  const { settings } = options;
  const targets = analysisTargets(digests.world, loaded, settings.analyzePictures, REAL_PLACES);
  const images = imagesOf(folder.root);
  const pictures = targets.flatMap((target) => target.paths);
  const sidecars = targets.map(({ sidecar }) =>
    posix.relative(posix.join(folder.root, IMAGES_FOLDER), sidecar),
  );
  return {
    executor: 'chargen-plugin:analyze',
    // Generated pictures may be outside of git, where Nx cannot see that they changed.
    cache: settings.analyzePictures === 'references',
    // Not the digest of what is generated: what analysis itself wrote is in that one.
    options: {
      ...executorOptions(loaded, digests, options),
      digest: analysisDigest(digests.world, loaded, settings, targets),
    },
    configurations: { preview: { imagesDir: PREVIEW_FOLDER } },
    inputs: [
      ...siblingInputs(loaded),
      ...[...new Set(pictures)].sort().map((path) => `{workspaceRoot}/${globSafe(path)}`),
      ...(settings.analysisSchema === undefined
        ? []
        : [`{workspaceRoot}/${globSafe(settings.analysisSchema)}`]),
      { externalDependencies: [] },
    ],
    outputs: [...new Set(sidecars)].sort().map((path) => `${images}/${globSafe(path)}`),
    metadata: {
      description: terminalText(
        `Describe the reference pictures of ${entity?.name ?? folder.folder}, for prompts that know them. ${OF_THE_DIGEST}`,
      ),
      technologies: ['chargen'],
      help: {
        command: 'npx chargen --help',
        example: { args: ['-c', 'preview'] },
      },
    },
  };
}

/** A dialect's second file is in the digest; as an input it makes `nx affected` see it. */
function siblingInputs(loaded: LoadedEntity): Input[] {
  const { entity } = loaded;
  return entity === undefined ? [] : formOf(entity).siblings.map((name) => `{projectRoot}/${name}`);
}
