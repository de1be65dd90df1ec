import { posix } from 'node:path';
import { parse } from 'jsonc-parser';
import { z } from 'chargen-core/zod';
import type { Repository } from './repository.js';

/** Folders deeper than this hold no project of their own in usual workspaces. */
const MAX_DEPTH = 3;

const record = z.record(z.string(), z.unknown()).catch({});
const manifest = z.looseObject({ scripts: record, targets: record, targetDefaults: record });

/** Where each kind of file names its targets. */
const FILES = { 'package.json': 'scripts', 'project.json': 'targets' } as const;

/**
 * The names among `wanted` that mean something else in this repository, each with the file that says so: a script of a
 * package.json, a target of a project.json, or a default of nx.json. A target of ours by the same name would run with it
 * (`nx run-many -t generate`), and `targetDefaults` would change it. `skip` is the folder of the world.
 */
export function takenTargets(
  repository: Repository,
  wanted: readonly string[],
  skip: string,
): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  const look = (file: string, part: 'scripts' | 'targets' | 'targetDefaults'): void => {
    const text = repository.read(file);
    const data = text === undefined ? undefined : manifest.safeParse(parse(text)).data;
    for (const name of wanted) {
      if (data !== undefined && Object.hasOwn(data[part], name) && !taken.has(name)) taken.set(name, file);
    }
  };
  look('nx.json', 'targetDefaults');
  let folders = [''];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    for (const folder of folders) {
      for (const [name, part] of Object.entries(FILES)) look(posix.join(folder, name), part);
    }
    folders = folders.flatMap((folder) =>
      repository.foldersIn(folder).filter((path) => path !== skip && !isHidden(posix.basename(path))),
    );
  }
  return taken;
}

function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules' || name === 'dist';
}
