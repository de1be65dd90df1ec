import { readFile } from 'node:fs/promises';
import { checkStateSchema, type CheckState } from './state.js';

/** The check that is kept in a file; undefined if there is none, or the one that is there is over. */
export async function readCheckState(file: string): Promise<CheckState | 'unreadable' | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const state = checkStateSchema.parse(JSON.parse(text));
    return state.isOver ? undefined : state;
  } catch {
    return 'unreadable';
  }
}
