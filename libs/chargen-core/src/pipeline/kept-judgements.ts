import type { LoadedEntity, World } from '../content/index.js';
import type { ChargenSettings, FoundPictures, Places } from '../plan/index.js';
import type { EntityOutcome } from '../report/outcome.js';
import type { Clock } from '../util/clock.js';
import type { Looked } from '../util/looked-files.js';

/** Entities in which nothing is to be done, with what a run reports of them. */
export type SettledEntities = ReadonlyMap<LoadedEntity, EntityOutcome>;

/** What earlier processes judged of a world; see `KeptFindings` in commands/. */
export interface KeptJudgements {
  /** Undefined if nothing may be kept. */
  open(around: {
    readonly world: World;
    readonly settings: ChargenSettings;
    readonly places: Places;
    readonly clock: Clock;
  }): KeptSettled | undefined;
}

/** Of entities in which nothing is to be done. */
export interface KeptSettled {
  /** Undefined if the entity must be judged anew. */
  find(part: 'settled', loaded: LoadedEntity, found: FoundPictures): Promise<EntityOutcome | undefined>;
  /** `looked`: the files that it was judged by; undefined if a change of one could go unseen. */
  note(
    part: 'settled',
    loaded: LoadedEntity,
    outcome: EntityOutcome,
    looked: Looked | undefined,
    found: FoundPictures,
  ): Promise<void>;
  keep(): void;
}
