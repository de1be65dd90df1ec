import { FoundPictures, type PlannedScene } from '../plan/index.js';
import type { RunReport } from '../report/outcome.js';
import type { EngineOutcome } from '../run/index.js';
import { checkCanon, type CanonCheck } from './canon-check.js';
import type { ItemKind, Tracked } from './item-kind.js';
import type { GenerateOptions } from './options.js';
import { Pictures } from './pictures.js';
import { runPipeline } from './run.js';
import { settledEntities } from './settled-entities.js';
import { withTools, type Tools } from './tools.js';

/** Makes every picture that the chosen entities ask for and do not have, and reports what became of each. */
export function generatePictures(options: GenerateOptions): Promise<RunReport> {
  return withTools(options, (tools) => {
    // The emulator's descriptions of its own pictures have no value.
    const judges = options.settings.canonCheck && options.places.mode === 'real';
    const found = new FoundPictures(options.world, options.places, tools.digests);
    return runPipeline(
      {
        settled: () => settledEntities(options, tools, found),
        kindOf: (chosen) => new Pictures(options, { ...tools, chosen }, found),
        judge: judges
          ? (kind, tracked, request) => judge(options, tools, asked(kind, tracked), request)
          : undefined,
      },
      options,
      tools,
    );
  });
}

/** Without what was not selected. */
function asked(
  pictures: ItemKind<PlannedScene>,
  tracked: ReadonlyMap<string, Tracked<PlannedScene>>,
): ReadonlyMap<string, Tracked<PlannedScene>> {
  return new Map([...tracked].filter(([name]) => pictures.asks(name)));
}

function judge(
  options: GenerateOptions,
  tools: Tools,
  tracked: ReadonlyMap<string, Tracked<PlannedScene>>,
  request: EngineOutcome,
): Promise<CanonCheck> {
  const all = [...tracked.values()];
  const scenes = all.flatMap(({ subject: { loaded }, planned }) =>
    planned.state.kind === 'done' && !planned.scene.isSpare ? [{ loaded, scene: planned.scene }] : [],
  );
  const { control } = options;
  // One cap for the whole call: what the pictures cost can no longer be spent on judging them.
  const spent = request.paid.reduce((total, { provenance }) => total + (provenance.costUsd ?? 0), 0);
  const maxCost = control.maxCost === undefined ? undefined : Math.max(0, control.maxCost - spent);
  return checkCanon({
    ...options,
    ...tools,
    control: { ...control, maxCost },
    scenes,
    asks: request.stop === undefined,
  });
}
