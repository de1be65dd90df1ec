import { minimatch } from 'minimatch';
import { z } from 'chargen-core/zod';
import { manifestTargetName } from './export-options.js';
import type { ResolvedOptions } from './plugin-options.js';

/** Settings of a target that the plugin makes, and that do harm if others take their place. */
const OURS = ['cache', 'inputs', 'outputs', 'options', 'executor', 'command', 'dependsOn'] as const;

const entry = z.looseObject({
  filter: z.looseObject({ plugin: z.string().optional(), executor: z.string().optional() }).optional(),
});
const defaultsSchema = z.record(z.string(), z.union([z.array(entry), entry.transform((one) => [one])]));

/** Something in a file of Nx that takes the place of what the plugin makes. */
export interface TargetDefaultsFinding {
  /** Relative to the workspace. */
  readonly file: string;
  /** Where it is in the file: a part of it, and the key there. */
  readonly at: readonly [part: string, key: string];
  readonly message: string;
  /** What to do. */
  readonly advice: string;
}

type TargetNames = Pick<
  ResolvedOptions,
  'generateTargetName' | 'analyzeTargetName' | 'exportTargetName' | 'export'
>;

const projectSchema = z.looseObject({ targets: z.record(z.string(), z.unknown()) });
const packageSchema = z.looseObject({ scripts: z.record(z.string(), z.string()) });

/**
 * What a project.json or package.json in the folder of an entity puts in the place of its targets. A script of the same
 * name is a target of Nx that replaces ours, if the folder is among the workspaces of the package manager.
 */
export function projectFileFindings(
  file: string,
  data: unknown,
  names: TargetNames,
): TargetDefaultsFinding[] {
  const { targets } = projectSchema.safeParse(data).data ?? {};
  if (targets !== undefined) return targetDefaultsFindings(targets, names, { file, part: 'targets' });
  const { scripts = {} } = packageSchema.safeParse(data).data ?? {};
  const asTargets = Object.fromEntries(
    Object.keys(scripts).map((name) => [name, { executor: 'nx:run-script' }]),
  );
  return targetDefaultsFindings(asTargets, names, { file, part: 'scripts' });
}

/**
 * What `targetDefaults` of nx.json changes in the targets of a world: Nx lays them over what plugins make. Keys are names
 * of targets, patterns of them and executors, as in Nx 23 and 24.
 */
export function targetDefaultsFindings(
  targetDefaults: unknown,
  { generateTargetName, analyzeTargetName, exportTargetName, export: exported }: TargetNames,
  { file, part } = { file: 'nx.json', part: 'targetDefaults' },
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
        file,
        at: [part, key],
        message: `${file} sets ${own.join(', ')} for the target "${key}": these replace what the plugin makes, and ${harm}.${lost}`,
        advice: `Take "${key}" out of ${part}, or give the targets other names by the plugin's options.`,
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
