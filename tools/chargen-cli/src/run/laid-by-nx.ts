import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURE_EXTENSIONS, REAL_PLACES, scenePaths, type RunReport, type World } from 'chargen-core';

/**
 * Scenes without a picture before Nx runs, to say afterwards which pictures it took from its cache: a task that it
 * restores comes neither to chargen nor into its report.
 */
export class MissingPictures {
  readonly #paths = new Map<string, readonly string[]>();

  constructor(workspaceRoot: string, { entities }: World) {
    for (const { entity } of entities) {
      for (const scene of entity?.scenes ?? []) {
        if (entity === undefined) continue;
        const places = scenePaths(entity, scene, REAL_PLACES);
        const paths = PICTURE_EXTENSIONS.map((extension) => join(workspaceRoot, places.picture(extension)));
        if (!paths.some((path) => existsSync(path))) {
          this.#paths.set(`${entity.type}/${entity.slug}/${scene.id}`, paths);
        }
      }
    }
  }

  /** Names of the scenes that have a picture now, and not by the run that is reported. */
  laidByNx(report: RunReport | undefined): readonly string[] {
    const reported = new Set(report?.entities.flatMap(({ scenes }) => scenes.map(({ scene }) => scene)));
    return [...this.#paths]
      .filter(([name, paths]) => !reported.has(name) && paths.some((path) => existsSync(path)))
      .map(([name]) => name);
  }
}
