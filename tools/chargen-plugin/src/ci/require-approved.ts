import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  diagnosticLine,
  listApprovals,
  REAL_PLACES,
  type ListedApproval,
  type LocatedDiagnostic,
} from 'chargen-core';
import { findWorld } from '../graph/read-world.js';
import { readNxJsonText } from '../setup/nx-json.js';
import { worldEntries } from '../world-entries.js';
import { CommandError, type Place } from './command.js';
import { complain, say, setOutput } from './output.js';

/** The most names in the log. */
const SHOWN = 50;

/** Fails while a picture of a world was rejected or not reviewed. Answers the exit code. */
export async function requireApproved(place: Place): Promise<number> {
  const workspaceRoot = place.cwd;
  const nx = readNxJsonText(await readFile(join(workspaceRoot, 'nx.json'), 'utf8').catch(() => '{}'));
  if (nx.kind !== 'with-plugin') {
    throw new CommandError('nx.json does not name chargen-plugin. Run: npx chargen init');
  }
  const scenes: ListedApproval[] = [];
  const diagnostics: LocatedDiagnostic[] = [];
  for (const entry of worldEntries(nx.plugins)) {
    const world = await findWorld(workspaceRoot, entry);
    const context = { workspaceRoot, world, settings: entry.settings, places: REAL_PLACES };
    const listed = await listApprovals(context, undefined);
    scenes.push(...listed.scenes);
    diagnostics.push(...listed.diagnostics);
  }
  const open = scenes.filter(({ state }) => state !== 'approved');
  await setOutput(place, 'approved', String(open.length === 0 && diagnostics.length === 0));
  for (const one of diagnostics) complain(diagnosticLine(one));
  for (const one of open.slice(0, SHOWN)) complain(lineOf(one));
  if (open.length > SHOWN)
    complain(`and ${open.length - SHOWN} more; see all of them with: npx chargen review`);
  if (open.length === 0 && diagnostics.length === 0) {
    say(`all ${scenes.length} pictures are approved.`);
    return 0;
  }
  complain(
    `${open.length} of ${scenes.length} pictures are not approved. Review them with: npx chargen review`,
  );
  return 1;
}

function lineOf({ name, state, picture, note }: ListedApproval): string {
  return `${name} is ${state}: ${picture ?? ''}${note === undefined ? '' : ` (${note})`}`;
}
