import {
  findScene,
  openStore,
  REAL_PLACES,
  SYSTEM_CLOCK,
  useTake,
  type RunEvent,
  type World,
} from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import type { UsedTake } from '../protocol.js';
import type { ServeOptions } from './serve-options.js';

/** Makes a take the picture of its scene. Pays nothing; what only the shared store has is fetched from it. */
export async function useTakeOf(
  { workspace: { root, settings }, remote }: Pick<ServeOptions, 'workspace' | 'remote'>,
  world: World,
  name: string,
  take: number,
): Promise<UsedTake> {
  const found = findScene(world, name);
  if (found.kind === 'unknown') return goneFromWorld(name);
  const warnings: string[] = [];
  const listener = (event: RunEvent): void => {
    if (event.kind === 'warning') warnings.push(event.message);
  };
  const place = { workspaceRoot: root, places: REAL_PLACES };
  const store = openStore({ ...place, remote, listener, clock: SYSTEM_CLOCK });
  const context = { ...place, world, settings, store, listener };
  const outcome = await useTake(context, found.entity, found.scene, take);
  // A shared store that did not answer is why a take is not there.
  if (outcome.kind !== 'used') return { kind: 'refused', message: [outcome.why, ...warnings].join(' ') };
  const { before, madeAgain } = outcome;
  const others =
    madeAgain.length === 0
      ? ''
      : ` Shown by ${madeAgain.join(', ')}, which the next run makes again and pays for.`;
  return { kind: 'used', before, message: `Take ${take} is the picture now.${others}` };
}
