import type { Diagnostic } from './diagnostic.js';
import type { Entity } from './entity.js';
import { resolveReferences, type ResolvedReference } from './references.js';
import type { World } from './world.js';

interface Told {
  readonly diagnostic: Diagnostic;
  readonly scenes: Set<string | undefined>;
}

/**
 * What is wrong with the references of a world, each thing once per file and target: the same missing portrait is
 * asked for by every scene of a chapter. The first place is named, and how many scenes share it.
 * With `exists` (asked with paths relative to the workspace) files that are not there are told too.
 */
export function referenceDiagnostics(
  world: World,
  exists?: (path: string) => boolean,
  only: (entity: Entity) => boolean = () => true,
): Diagnostic[] {
  const told = new Map<string, Told>();
  const tell = (diagnostic: Diagnostic, target: string): void => {
    const key = [diagnostic.file, diagnostic.code, target].join('\0');
    const before = told.get(key);
    if (before === undefined) told.set(key, { diagnostic, scenes: new Set([diagnostic.scene]) });
    // A scene may show the same in two ways, and is one scene all the same.
    else before.scenes.add(diagnostic.scene);
  };
  for (const { entity } of world.entities) {
    if (entity === undefined || !only(entity)) continue;
    for (const scene of entity.scenes) {
      for (const reference of resolveReferences(world, entity, scene)) {
        // The message names what was looked for, so that it serves as the target of a note.
        for (const note of reference.notes ?? []) tell(note, note.message);
        const wrong = problemOf(reference, scene.file, scene.id, exists);
        if (wrong !== undefined) tell(wrong, reference.name);
      }
    }
  }
  return [...told.values()].map(({ diagnostic, scenes }) => {
    if (scenes.size === 1) return diagnostic;
    // Told for all of them, so it belongs to none; as an error it still names the first that cannot be made.
    return { ...diagnostic, message: `${diagnostic.message} (${String(scenes.size)} scenes)` };
  });
}

function problemOf(
  reference: ResolvedReference,
  file: string,
  scene: string,
  exists: ((path: string) => boolean) | undefined,
): Diagnostic | undefined {
  if (reference.kind === 'dangling') return reference.diagnostic;
  if (reference.kind !== 'file' || exists === undefined || reference.paths.some(exists)) return undefined;
  return {
    severity: reference.required ? 'error' : 'warning',
    code: 'missing-reference',
    message: `There is no picture for ${reference.name}: ${reference.paths.join(' or ')} is missing.`,
    file,
    at: reference.written.at,
    scene,
  };
}

/** Everything there is to tell about a world: files, style guide and references, sorted by file. */
export function worldDiagnostics(world: World, exists?: (path: string) => boolean): Diagnostic[] {
  const all = [
    ...world.styleDiagnostics,
    ...world.entities.flatMap((loaded) => loaded.diagnostics),
    ...referenceDiagnostics(world, exists),
  ];
  return all.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}
