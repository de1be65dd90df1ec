import { isDeepStrictEqual } from 'node:util';
import type { ExecutorContext } from '@nx/devkit';
import { PREVIEW_PLACES, REAL_PLACES, taskSettings, type Places } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { worldEntries, worldName, type WorldEntry } from '../world-entries.js';
import { describeRefusedFlags, flagsOf } from './refused-flags.js';

/** Made by the plugin's inference; a flag on the command line ends in a refusal, with the verb that does it. */
const optionsSchema = z.strictObject({
  imagesDir: z.enum([REAL_PLACES.imagesDir, PREVIEW_PLACES.imagesDir]),
  digest: z.string(),
  contentRoot: z.string().default(''),
  styleFile: z.string(),
  settings: z.record(z.string(), z.unknown()).default({}),
});
type WrittenOptions = z.infer<typeof optionsSchema>;

/** What a task is run with: the options of the world that it is of, as nx.json states them. */
export interface TaskOptions extends WorldEntry {
  readonly imagesDir: WrittenOptions['imagesDir'];
  /** What the world is called; undefined if the workspace has one. */
  readonly world: string | undefined;
}

export type OptionsOutcome =
  | { readonly kind: 'options'; readonly options: TaskOptions }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The options of a task. `overrides` is what its command line gave: a flag that has the name of one of the plugin's own
 * options is among the options already, in its place.
 */
export function readOptions(
  raw: unknown,
  overrides: Readonly<Record<string, unknown>>,
  { nxJsonConfiguration }: Pick<ExecutorContext, 'nxJsonConfiguration'>,
): OptionsOutcome {
  const parsed = optionsSchema.safeParse(raw);
  const issue = parsed.error?.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const given = flagsOf(overrides);
  const keys = [...new Set([...unknown, ...given])];
  if (keys.length > 0) return refused(describeRefusedFlags(keys));
  if (!parsed.success) {
    const place = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
    return refused(
      `The options of this target are not those that chargen-plugin makes${place}. Run: npx nx reset`,
    );
  }
  const { imagesDir, contentRoot, styleFile, settings: written } = parsed.data;
  const entry = worldEntries(nxJsonConfiguration.plugins).find((one) => one.contentRoot === contentRoot);
  if (entry === undefined) {
    return refused(
      `nx.json has no entry of chargen-plugin with the contentRoot "${worldName({ contentRoot })}". Run: npx nx reset`,
    );
  }
  const overridden = overriddenNames(entry, styleFile, written);
  if (overridden.length > 0) return refused(describeOverridden(overridden));
  const world = entry.tag === undefined ? undefined : worldName(entry);
  return { kind: 'options', options: { ...entry, imagesDir, world } };
}

function refused(message: string): OptionsOutcome {
  return { kind: 'refused', message };
}

/** Options of the task that are not what its entry in nx.json makes of them. */
function overriddenNames(
  entry: WorldEntry,
  styleFile: string,
  written: Readonly<Record<string, unknown>>,
): string[] {
  const made = taskSettings(entry.settings);
  const differs = (name: string): boolean => !isDeepStrictEqual(made[name], written[name]);
  const set = Object.keys(written).filter(differs);
  // Settings that a person writes replace all that the plugin made.
  const settings = set.length > 0 ? set : Object.keys(made).filter(differs);
  return [...(styleFile === entry.styleFile ? [] : ['styleFile']), ...settings];
}

/** A world is one to its pictures, which show each other: with settings of its own, one would be made by those of others. */
function describeOverridden(names: readonly string[]): string {
  return (
    `The options of this target differ from those of chargen-plugin in nx.json: ${names.join(', ')}. ` +
    'A project.json beside imagery.yaml, or targetDefaults, may not set them: take them out there. The model of one ' +
    'scene is written into its imagery.yaml ("model"), and a world with other settings is another entry of ' +
    'chargen-plugin in nx.json, with a contentRoot of its own. If nx.json was changed this moment, run again.'
  );
}

export function placesOf(options: Pick<TaskOptions, 'imagesDir'>): Places {
  return options.imagesDir === PREVIEW_PLACES.imagesDir ? PREVIEW_PLACES : REAL_PLACES;
}
