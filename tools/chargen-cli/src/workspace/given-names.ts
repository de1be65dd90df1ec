import { join } from 'node:path';
import type { LoadedEntity } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { jsonOfFile } from './text-of-file.js';

const named = z.object({ name: z.string() });

/**
 * The names that files of Nx beside imagery.yaml give an entity's project, in place of the plugin's name: Nx takes that
 * of project.json before that of package.json.
 */
export function givenNames(workspaceRoot: string, { folder }: LoadedEntity): string[] {
  return ['project.json', 'package.json'].flatMap((file) => {
    const data = named.safeParse(jsonOfFile(join(workspaceRoot, folder.root, file)));
    return data.success ? [data.data.name] : [];
  });
}
