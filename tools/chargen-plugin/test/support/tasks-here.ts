import type { ProjectConfiguration } from '@nx/devkit';
import { pluginProjects, runPluginTasks } from '../../../../test/support/plugin-tasks.mjs';
import type { TestWorkspace } from '../../../../test/support/workspace.js';
import { captureOutput } from './capture-output.js';

export interface TasksOptions {
  /** All projects, if left out; what they depend on comes along. */
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
export function projectsHere(workspace: TestWorkspace): Promise<Record<string, ProjectConfiguration>> {
  return pluginProjects(workspace.root);
}

/** What `nx run-many -t <target> --skip-nx-cache` has the plugin do, without Nx, in the process of the test. */
export async function tasksHere(
  workspace: TestWorkspace,
  target: 'analyze' | 'generate',
  { projects, env = {}, overridden = {} }: TasksOptions = {},
): Promise<TasksRan> {
  const before = process.env;
  process.env = { ...workspace.environment(), ...env };
  const printed = captureOutput();
  try {
    const results = await runPluginTasks(workspace.root, target, {
      isMeant: ({ name }) => projects?.includes(name) ?? true,
      overridden,
    });
    const outputs = [...results.values()].map(({ terminalOutput }) => terminalOutput);
    const status = [...results].map(([project, result]) => [project, result.status] as const);
    return { status: Object.fromEntries(status), output: [printed.text(), ...outputs].join('') };
  } finally {
    printed.stop();
    process.env = before;
  }
}
