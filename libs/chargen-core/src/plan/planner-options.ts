import type { World } from '../content/index.js';
import type { Store } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import type { FileDigests } from './file-digests.js';
import type { FoundPictures } from './found-pictures.js';
import type { KeptPrompts } from './kept-prompts.js';
import type { Places } from './places.js';
import type { ChargenSettings } from './settings.js';
import type { TakesAsked } from './takes.js';

export interface PlannerOptions extends TakesAsked {
  readonly world: World;
  readonly settings: ChargenSettings;
  readonly places: Places;
  readonly store: Store;
  readonly digests: FileDigests;
  /** Prices and the ends of models have dates. The system's clock by default. */
  readonly clock?: Clock;
  /** What was paid for and is under another name: the same one for all planners of a call, since it looks once. */
  readonly found: FoundPictures;
  /** Compiled prompts of earlier processes; without it each prompt is compiled. */
  readonly prompts?: Pick<KeptPrompts, 'compile'> | undefined;
}
