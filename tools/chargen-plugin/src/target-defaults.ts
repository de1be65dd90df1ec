import { minimatch } from 'minimatch';
import { z } from 'zod';
import { manifestTargetName } from './export-options.js';
import type { ResolvedOptions } from './plugin-options.js';

/** Settings of a target that the plugin makes, and that do harm if others take their place. */
const OURS = ['cache', 'inputs', 'outputs', 'options', 'executor', 'dependsOn'] as const;

const entry = z.looseObject({
  filter: z.looseObject({ plugin: z.string().optional(), executor: z.string().optional() }).optional(),
});
const defaultsSchema = z.record(z.string(), z.union([z.array(entry), entry.transform((one) => [one])]));

/** Something in `targetDefaults` of nx.json that takes the place of what the plugin makes. */
export interface TargetDefaultsFinding {
  /** The key in targetDefaults. */
  readonly key: string;
  readonly message: string;
  /** What to do. */
  readonly advice: string;
}

/**
 * What `targetDefaults` of nx.json changes in the targets of a world: Nx lays them over what plugins make. Keys are names
 * of targets, patterns of them and executors, as in Nx 23 and 24.
 */
export function targetDefaultsFindings(
  targetDefaults: unknown,
  {
    generateTargetName,
    analyzeTargetName,
    exportTargetName,
    export: exported,
  }: Pick<ResolvedOptions, 'generateTargetName' | 'analyzeTargetName' | 'exportTargetName' | 'export'>,
): TargetDefaultsFinding[] {
  const parsed = defaultsSchema.safeParse(targetDefaults ?? {});
  if (!parsed.success) return [];
  const makers = [
    [generateTargetName, 'chargen-plugin:generate'],
    [analyzeTargetName, 'chargen-plugin:analyze'],
  ] as const;
  const exporters = [
    [exportTargetName, 'chargen-plugin:export'],
    [manifestTargetName({ exportTargetName }), 'chargen-plugin:export-manifest'],
  ] as const;
  const isFor = (key: string, targets: typeof makers | typeof exporters): boolean =>
    targets.some(([name, executor]) => key === executor || minimatch(name, key));
  return Object.entries(parsed.data).flatMap(([key, entries]): TargetDefaultsFinding[] => {
    const isForMakers = isFor(key, makers);
    if (!isForMakers && (exported === undefined || !isFor(key, exporters))) return [];
    const own = OURS.filter((name) => entries.some((one) => isForUs(one.filter) && one[name] !== undefined));
    if (own.length === 0) return [];
    const harm = isForMakers
      ? 'pictures may be made again or not at all'
      : 'copies may be missing, or be those of earlier pictures';
    const lost = own.includes('outputs')
      ? ` A result from the cache of Nx may then bring no ${isForMakers ? 'picture' : 'copy'} back.`
      : '';
    return [
      {
        key,
        message: `nx.json sets ${own.join(', ')} for the target "${key}": these replace what the plugin makes, and ${harm}.${lost}`,
        advice: `Take "${key}" out of targetDefaults, or give the targets other names by the plugin's options.`,
      },
    ];
  });
}

function isForUs(filter: z.infer<typeof entry>['filter']): boolean {
  const { plugin, executor } = filter ?? {};
  return (
    (plugin === undefined || plugin === 'chargen-plugin') &&
    (executor === undefined || executor.startsWith('chargen-plugin:'))
  );
}
