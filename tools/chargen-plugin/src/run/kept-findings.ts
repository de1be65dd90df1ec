import { KeptFindings } from 'chargen-core';
import { keptFile, presentDataFolder } from '../graph/kept-file.js';
import type { WorldEntry } from '../world-entries.js';

/** What commands and runs found in a world. Undefined where Nx never ran: a command makes no folder of Nx. */
export function keptFindings(workspaceRoot: string, entry: WorldEntry): KeptFindings | undefined {
  if (presentDataFolder(workspaceRoot) === undefined) return undefined;
  const file = keptFile(workspaceRoot, entry, 'findings');
  return file === undefined ? undefined : new KeptFindings(file);
}
