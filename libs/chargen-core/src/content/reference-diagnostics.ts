import { formOf } from './dialects/table.js';
import type { Diagnostic } from './diagnostic.js';
import type { Entity } from './entity.js';
import { resolveReferences, type ResolvedReference } from './references.js';
import type { World } from './world.js';

/** What is in the workspace; paths are relative to it. */
export interface ReferenceDisk {
  readonly exists: (path: string) => boolean;
  /** A sentence about what is there under a similar name, to follow "is missing"; empty for nothing. */
  readonly advice: (paths: readonly string[]) => string;
}

interface Merged {
  readonly diagnostic: Diagnostic;
  readonly scenes: Set<string | undefined>;
}

/**
 * What is wrong with the references of a world, each thing once per file and target: the same missing portrait is
 * asked for by every scene of a chapter. The first place is named, and how many scenes share it.
 * With `disk` files that are not there are reported too, each at the place that declares it as well.
 */
export function referenceDiagnostics(
  world: World,
  disk?: ReferenceDisk,
  entities: World['entities'] = world.entities,
): Diagnostic[] {
  const merged = new Map<string, Merged>();
  const add = (diagnostic: Diagnostic, target: string): void => {
    const key = [diagnostic.file, diagnostic.code, target].join('\0');
    const before = merged.get(key);
    if (before === undefined) merged.set(key, { diagnostic, scenes: new Set([diagnostic.scene]) });
    // A scene may show the same in two ways, and is one scene all the same.
    else before.scenes.add(diagnostic.scene);
  };
  for (const { entity } of entities) {
    if (entity === undefined) continue;
    if (disk !== undefined) for (const wrong of missingPictures(entity, disk)) add(wrong, wrong.message);
    for (const scene of entity.scenes) {
      for (const reference of resolveReferences(world, entity, scene)) {
        // The message names what was looked for, so that it serves as the target of a note.
        for (const note of reference.notes ?? []) add(note, note.message);
        const wrong = problemOf(reference, scene.file, scene.id, disk);
        if (wrong !== undefined) add(wrong, reference.name);
      }
    }
  }
  return [...merged.values()].map(({ diagnostic, scenes }) => {
    if (scenes.size === 1) return diagnostic;
    // Reported for all of them, so it belongs to none; as an error it still names the first that cannot be made.
    return { ...diagnostic, message: `${diagnostic.message} (${scenes.size} scenes)` };
  });
}

/** Pictures that an author declared and that are not there, whether a scene shows them or not. */
function missingPictures(entity: Entity, disk: ReferenceDisk): Diagnostic[] {
  if (!formOf(entity).declaresPictures) return [];
  return entity.pictures
    .filter(({ paths }) => !paths.some(disk.exists))
    .map(({ id, paths, at }) => ({
      severity: 'error',
      code: 'missing-reference',
      message: `The reference "${id}" has no file: ${paths.join(' or ')} is missing.${disk.advice(paths)}`,
      file: entity.file,
      at: [...at, 'path'],
    }));
}

function problemOf(
  reference: ResolvedReference,
  file: string,
  scene: string,
  disk: ReferenceDisk | undefined,
): Diagnostic | undefined {
  if (reference.kind === 'dangling') return reference.diagnostic;
  if (reference.kind !== 'file' || disk === undefined || reference.paths.some(disk.exists)) return undefined;
  return {
    severity: reference.required ? 'error' : 'warning',
    code: 'missing-reference',
    message: `There is no picture for ${reference.name}: ${reference.paths.join(' or ')} is missing.${disk.advice(reference.paths)}`,
    file,
    at: reference.written.at,
    scene,
  };
}
