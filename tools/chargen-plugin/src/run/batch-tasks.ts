import type { ExecutorContext, ProjectGraph } from '@nx/devkit';
import { z } from 'chargen-core/zod';
import { PROJECTS_VARIABLE } from '../hooks/requested-projects.js';
import { describeRefusedFlags, flagsOf } from './refused-flags.js';

/** A task of a batch, with what it needs of the graph. */
export interface EntityTask {
  /** `cidrella-vexweld:generate:preview` */
  readonly id: string;
  /** The entity's folder, relative to the workspace. */
  readonly root: string;
  /** The name of its target, which an option of the plugin may rename. */
  readonly target: string;
  readonly rawOptions: unknown;
  /** The flags of the command line, which are among the options already. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

const taskSchema = z.object({
  id: z.string(),
  target: z.object({ project: z.string(), target: z.string() }),
  projectRoot: z.string().optional(),
  overrides: z.record(z.string(), z.unknown()),
});

/** The tasks of a batch. A task without a project cannot happen; it is given an empty root and fails by that. */
export function entityTasks(
  tasks: Readonly<Record<string, unknown>>,
  optionsById: Readonly<Record<string, unknown>>,
  context: ExecutorContext,
): EntityTask[] {
  return Object.keys(optionsById).map((id) => {
    const parsed = taskSchema.safeParse(tasks[id]);
    const project = parsed.success ? context.projectGraph.nodes[parsed.data.target.project] : undefined;
    const overrides = parsed.success ? parsed.data.overrides : {};
    const target = parsed.success ? parsed.data.target.target : '';
    return { id, root: project?.data.root ?? '', target, rawOptions: optionsById[id], overrides };
  });
}

/** Tasks of our executors, anywhere in the command that Nx runs, whose command line gave flags; with the reason. */
export function refusedTasks(context: ExecutorContext): [string, string][] {
  return Object.entries(context.taskGraph?.tasks ?? {}).flatMap(([id, task]): [string, string][] => {
    const parsed = taskSchema.safeParse(task);
    if (!parsed.success) return [];
    const { target, overrides } = parsed.data;
    const { executor } = context.projectGraph.nodes[target.project]?.data.targets?.[target.target] ?? {};
    const flags = flagsOf(overrides);
    return executor?.startsWith('chargen-plugin:') === true && flags.length > 0
      ? [[id, describeRefusedFlags(flags)]]
      : [];
  });
}

/**
 * Folders of the projects that the command line of Nx names; undefined if it names none one by one. Those of affected
 * projects are not known here.
 */
export function namedRoots(
  graph: ProjectGraph,
  environment: NodeJS.ProcessEnv,
): readonly string[] | undefined {
  const words = z.array(z.string()).parse(JSON.parse(environment[PROJECTS_VARIABLE] ?? '[]'));
  const roots = words.flatMap((word) =>
    word.startsWith('directory:') ? [word.slice('directory:'.length)] : (graph.nodes[word]?.data.root ?? []),
  );
  return roots.length === 0 ? undefined : roots;
}

const ofWorld = z.object({ contentRoot: z.string() });

/** The imagery.yaml files of a world: those of every project that its entry of this plugin made. */
export function imageryFiles(graph: ProjectGraph, contentRoot: string): string[] {
  return Object.values(graph.nodes)
    .filter((node) =>
      Object.values(node.data.targets ?? {}).some(
        ({ executor, options }) =>
          executor === 'chargen-plugin:generate' &&
          ofWorld.safeParse(options).data?.contentRoot === contentRoot,
      ),
    )
    .map((node) => `${node.data.root}/imagery.yaml`)
    .sort();
}
