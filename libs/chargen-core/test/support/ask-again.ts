import {
  dropRefusedLetters,
  findScene,
  raiseAttempt,
  readRefusal,
  REAL_PLACES,
  ResultStore,
  scenePaths,
} from '../../src/index.js';
import type { RunWorld } from './run-world.js';

/** What `chargen retry storm/wreck` does before its run: the attempt that it writes. */
export async function askAgainForWreck(world: RunWorld): Promise<number> {
  const found = findScene(await world.load(), 'storm/wreck');
  if (found.kind !== 'found') throw new Error(found.message);
  const { entity, scene } = found;
  const refusal = await readRefusal(world.path(scenePaths(entity, scene, REAL_PLACES).refusal));
  if (refusal.kind !== 'present') throw new Error('There is no refusal.');
  const store = new ResultStore(world.path('.chargen/store'));
  const { attempt, outcome } = await raiseAttempt(world.root, store, entity, scene, refusal.value);
  if (outcome.kind === 'refused') throw new Error(outcome.why);
  await dropRefusedLetters(world.path('.chargen/batch'), new Set([refusal.value.key]));
  return attempt;
}
