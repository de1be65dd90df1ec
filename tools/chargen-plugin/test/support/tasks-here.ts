import type { ExecutorContext, NxJsonConfiguration, ProjectConfiguration } from '@nx/devkit';
import { randomUUID } from 'node:crypto';
import { findImageryFiles } from 'chargen-core';
import type { TestWorkspace } from '../../../../test/support/workspace.js';
import analyzeBatch from '../../src/executors/analyze/analyze-batch.impl.js';
import generateBatch from '../../src/executors/generate/generate-batch.impl.js';
import { createNodes } from '../../src/graph/create-nodes.js';
import { postTasksExecution } from '../../src/hooks/post-tasks-execution.js';
import { preTasksExecution } from '../../src/hooks/pre-tasks-execution.js';
import type { PluginOptions } from '../../src/plugin-options.js';
import { captureOutput } from './capture-output.js';

const EXECUTORS = { analyze: analyzeBatch, generate: generateBatch };

export interface TasksOptions {
  /** All projects, if left out. */
  readonly projects?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of the command line, for the projects that it named. */
  readonly overridden?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface TasksRan {
  /** What Nx is told of each task, by project. */
  readonly status: Readonly<Record<string, string>>;
  /** Everything printed, with what the hooks say, and the output of each task at the end. */
  readonly output: string;
}

/** The projects of a workspace by name, as the plugin gives them to Nx. */
export async function projectsHere(
  workspace: TestWorkspace,
): Promise<Record<string, ProjectConfiguration & { readonly name: string }>> {
  const { options, nxJson } = await readNxJson(workspace);
  const files = await findImageryFiles(workspace.root, options.contentRoot ?? '');
  const nodes = await createNodes[1](files, options, {
    workspaceRoot: workspace.root,
    nxJsonConfiguration: nxJson,
  });
  const projects = nodes.flatMap(([, one]) => Object.entries(one.projects ?? {}));
  return Object.fromEntries(
    projects.map(([root, project]) => {
      const name = project.name ?? root;
      return [name, { ...project, root, name }];
    }),
  );
}

async function readNxJson(
  workspace: TestWorkspace,
): Promise<{ options: PluginOptions; nxJson: NxJsonConfiguration }> {
  const nxJson = JSON.parse(await workspace.read('nx.json')) as NxJsonConfiguration;
  const [first] = nxJson.plugins ?? [];
  return { options: (typeof first === 'object' ? first.options : {}) as PluginOptions, nxJson };
}

/**
 * What `nx run-many -t <target> --skip-nx-cache` has the plugin do, without Nx, in the process of the test: the graph,
 * the hook before the tasks, one call of the batch executor, the hook after them. Rejects if the first hook does.
 */
export async function tasksHere(
  workspace: TestWorkspace,
  target: keyof typeof EXECUTORS,
  { projects: wanted, env = {}, overridden = {} }: TasksOptions = {},
): Promise<TasksRan> {
  const before = process.env;
  process.env = { ...workspace.environment(), ...env };
  const printed = captureOutput();
  try {
    const { options, nxJson } = await readNxJson(workspace);
    const projects = await projectsHere(workspace);
    const names = wanted ?? Object.keys(projects);
    const context = {
      id: randomUUID(),
      workspaceRoot: workspace.root,
      nxJsonConfiguration: nxJson,
      argv: ['node', 'nx', 'run-many', '-t', target],
    };
    await preTasksExecution(options, context);
    const tasks = names.map((project) => ({
      id: `${project}:${target}`,
      target: { project, target },
      projectRoot: projects[project]?.root ?? '',
      overrides: overridden[project] ?? {},
      outputs: [],
      parallelism: true,
      cache: true,
    }));
    const graph = {
      roots: tasks.map(({ id }) => id),
      tasks: Object.fromEntries(tasks.map((task) => [task.id, task])),
      dependencies: Object.fromEntries(tasks.map(({ id }) => [id, []])),
      continuousDependencies: Object.fromEntries(tasks.map(({ id }) => [id, []])),
    };
    const optionsOf = (project: string): unknown => ({
      ...(projects[project]?.targets?.[target]?.options as object),
      ...overridden[project],
    });
    const nodes = Object.entries(projects).map(
      ([name, data]) => [name, { name, type: 'lib', data }] as const,
    );
    const executorContext: ExecutorContext = {
      root: workspace.root,
      cwd: workspace.root,
      isVerbose: false,
      nxJsonConfiguration: nxJson,
      projectsConfigurations: { version: 2, projects },
      projectGraph: { nodes: Object.fromEntries(nodes), dependencies: {} },
      taskGraph: graph,
    };
    const inputs = Object.fromEntries(names.map((project) => [`${project}:${target}`, optionsOf(project)]));
    const results = new Map<string, { success: boolean; status?: string; terminalOutput: string }>();
    for await (const { task, result } of EXECUTORS[target](graph, inputs, {}, executorContext)) {
      results.set(task, result);
    }
    const statusOf = (id: string): 'success' | 'failure' | 'skipped' => {
      const result = results.get(id);
      if (result?.status === 'skipped') return 'skipped';
      return result?.success === true ? 'success' : 'failure';
    };
    const taskResults = tasks.map((task) => {
      const status = statusOf(task.id);
      return [task.id, { task, status, code: status === 'success' ? 0 : 1 }] as const;
    });
    await postTasksExecution(options, {
      ...context,
      taskResults: Object.fromEntries(taskResults),
      startTime: 0,
      endTime: 0,
    });
    const outputs = [...results.values()].map(({ terminalOutput }) => terminalOutput);
    return {
      status: Object.fromEntries(taskResults.map(([, { task, status }]) => [task.target.project, status])),
      output: [printed.text(), ...outputs].join(''),
    };
  } finally {
    printed.stop();
    process.env = before;
  }
}
