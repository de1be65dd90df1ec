import { posix } from 'node:path';
import {
  foldedName,
  imagePath,
  whyNotOnWindows,
  withoutExtension,
  type Diagnostic,
  type Entity,
  type LoadedEntity,
} from '../content/index.js';

/**
 * Names with which a teammate on another system would have no world, or only part of it: those that Windows does not
 * allow, and two that are one file if letter case does not count (macOS, Windows).
 */
export function portableNameWarnings(entities: readonly LoadedEntity[]): Diagnostic[] {
  const found = new Map<string, string>();
  return entities.flatMap(({ folder, entity }): Diagnostic[] => {
    const warn = (code: string, message: string): Diagnostic => ({
      severity: 'warning',
      code,
      message,
      file: folder.file,
      at: [],
    });
    const bad = folder.root.split('/').find((name) => whyNotOnWindows(name) !== undefined);
    const key = foldedName(folder.root);
    const other = found.get(key);
    found.set(key, folder.root);
    return [
      ...(bad === undefined
        ? []
        : [
            warn(
              'windows-name',
              `No folder on Windows can be called "${bad}": ${whyNotOnWindows(bad) ?? ''}. Rename it.`,
            ),
          ]),
      ...(other === undefined
        ? []
        : [
            warn(
              'letter-case',
              `${folder.root} and ${other} are one folder on macOS and Windows, where letter case does not count. Rename one.`,
            ),
          ]),
      ...(entity === undefined ? [] : sceneWarnings(entity)),
    ];
  });
}

function sceneWarnings(entity: Entity): Diagnostic[] {
  const pictures = new Map(
    entity.pictures.flatMap(({ paths }) =>
      paths.map((path): [string, string] => [foldedName(withoutExtension(path)), path]),
    ),
  );
  return entity.scenes.flatMap(({ id, file, at }): Diagnostic[] => {
    const warn = (code: string, message: string): Diagnostic[] => [
      { severity: 'warning', code, message, file, at: [...at, 'id'] },
    ];
    const why = whyNotOnWindows(id);
    if (why !== undefined) {
      return warn('windows-name', `The picture of "${id}" cannot be on Windows: ${why}. Choose another id.`);
    }
    const drawn = pictures.get(foldedName(imagePath(entity.root, id)));
    return drawn === undefined
      ? []
      : warn(
          'letter-case',
          `The picture of "${id}" and your ${posix.basename(drawn)} are one file on macOS and Windows, where letter case does not count. Choose another id.`,
        );
  });
}
