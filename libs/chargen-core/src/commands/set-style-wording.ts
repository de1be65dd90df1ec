import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { spliceField } from 'yaml-splice';
import type { World } from '../content/index.js';
import { editAuthoredFile } from '../record/edit-authored.js';
import { exists } from '../util/exists.js';
import type { SetFieldOutcome } from './set-scene-field.js';

/**
 * Writes `wording` into the style guide of the world and changes no other byte of it; a world without one gets a file
 * with this line. A style guide that has errors is not read, so that the field would have no effect: it is rejected.
 */
export async function setStyleWording(
  world: World,
  /** Relative to the workspace. */
  file: string,
  wording: number,
): Promise<SetFieldOutcome> {
  const path = join(world.workspaceRoot, file);
  if (world.styleDiagnostics.some((one) => one.severity === 'error')) {
    return { kind: 'refused', file, why: 'it has errors; chargen check lists them' };
  }
  if (!(await exists(path))) {
    await mkdir(dirname(path), { recursive: true });
    // Never over a file that an author saves at this moment.
    await writeFile(path, `wording: ${String(wording)}\n`, { flag: 'wx' });
    return { kind: 'written', file };
  }
  let refused: string | undefined;
  const edited = await editAuthoredFile(path, (text) => {
    const outcome = spliceField(text, [], 'wording', wording);
    refused = outcome.kind === 'refused' ? outcome.why : undefined;
    return outcome.kind === 'spliced' ? outcome.text : undefined;
  });
  if (refused !== undefined) return { kind: 'refused', file, why: refused };
  return { file, ...edited };
}
