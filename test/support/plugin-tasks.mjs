import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findImageryFiles } from 'chargen-core';

/** The plugin as Nx loads it. */
const BUNDLE = new URL('../../tools/chargen-plugin/dist/bundle/', import.meta.url);

/** @typedef {import('@nx/devkit').ProjectConfiguration & { readonly name: string }} Project */

/** @returns {Promise<typeof import('chargen-plugin')>} */
function plugin() {
  return import(new URL('index.js', BUNDLE).href);
}

/**
 * @param {string} target
 * @returns {Promise<typeof import('../../tools/chargen-plugin/dist/run/batch-executor.js').BatchExecutor>}
 */
async function executorOf(target) {
  return (await import(new URL(`${target}-batch.impl.js`, BUNDLE).href)).default;
}

/** @param {string} root */
function readNxJson(root) {
  /** @type {import('@nx/devkit').NxJsonConfiguration} */
  const nxJson = JSON.parse(readFileSync(join(root, 'nx.json'), 'utf8'));
  const entry = nxJson.plugins?.find((one) => typeof one !== 'string' && one.plugin === 'chargen-plugin');
  /** @type {import('chargen-plugin').PluginOptions} */
  const options = typeof entry === 'object' ? entry.options : {};
  return { nxJson, options };
}

/**
 * The projects of a workspace by name, as the plugin gives them to Nx.
 * @param {string} root
 * @returns {Promise<Record<string, Project>>}
 */
export async function pluginProjects(root) {
  const { nxJson, options } = readNxJson(root);
  const { createNodes } = await plugin();
  const files = await findImageryFiles(root, options.contentRoot ?? '');
  const nodes = await createNodes[1](files, options, { workspaceRoot: root, nxJsonConfiguration: nxJson });
  const projects = nodes.flatMap(([, one]) => Object.entries(one.projects ?? {}));
  return Object.fromEntries(
    projects.map(([folder, project]) => {
      const name = project.name ?? folder;
      return [name, { ...project, root: folder, name }];
    }),
  );
}

/**
 * What `nx run-many -t <target> --skip-nx-cache` has the plugin do, without Nx, in this process: the hook before the
 * tasks, one call of the batch executor, the hook after them. Rejects if the first hook does.
 * @param {string} root
 * @param {'analyze' | 'generate'} target
 * @param {object} how
 * @param {(project: Project) => boolean} [how.isMeant] all projects, if left out; what they depend on comes along
 * @param {string} [how.configuration]
 * @param {Readonly<Record<string, Readonly<Record<string, unknown>>>>} [how.overridden] flags of the command line, by project
 * @returns {Promise<Map<string, { status: 'success' | 'failure' | 'skipped', terminalOutput: string }>>} by project
 */
export async function runPluginTasks(
  root,
  target,
  { isMeant = () => true, configuration, overridden = {} } = {},
) {
  const { nxJson, options } = readNxJson(root);
  const projects = await pluginProjects(root);
  const names = withDependencies(projects, target, Object.values(projects).filter(isMeant));
  const run = { id: randomUUID(), workspaceRoot: root, nxJsonConfiguration: nxJson };
  const context = { ...run, argv: ['node', 'nx', 'run-many', '-t', target] };
  const { preTasksExecution, postTasksExecution } = await plugin();
  await preTasksExecution(options, context);
  const tasks = names.map((project) => ({
    id: [project, target, configuration].filter(Boolean).join(':'),
    target: { project, target, configuration },
    projectRoot: projects[project].root,
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
  const inputs = tasks.map(({ id, target: { project } }) => {
    const made = projects[project].targets?.[target];
    const configured = configuration === undefined ? {} : made?.configurations?.[configuration];
    return [id, { ...made?.options, ...configured, ...overridden[project] }];
  });
  const nodes = Object.values(projects).map((data) => [data.name, { name: data.name, type: 'lib', data }]);
  const execute = await executorOf(target);
  const results = execute(
    graph,
    Object.fromEntries(inputs),
    {},
    {
      root,
      cwd: root,
      isVerbose: false,
      nxJsonConfiguration: nxJson,
      projectsConfigurations: { version: 2, projects },
      projectGraph: { nodes: Object.fromEntries(nodes), dependencies: {} },
      taskGraph: graph,
    },
  );
  const ended = new Map();
  for await (const { task, result } of results) {
    const status = result.status ?? (result.success ? 'success' : 'failure');
    ended.set(graph.tasks[task].target.project, { status, terminalOutput: result.terminalOutput });
  }
  const taskResults = tasks.map((task) => {
    const status = ended.get(task.target.project)?.status ?? 'failure';
    return [task.id, { task, status, code: status === 'success' ? 0 : 1 }];
  });
  await postTasksExecution(options, { ...context, taskResults: Object.fromEntries(taskResults) });
  return ended;
}

/** The names of projects, after those of what their target depends on. */
function withDependencies(projects, target, chosen) {
  const names = new Set();
  const add = ({ name, targets }) => {
    const dependsOn = targets?.[target]?.dependsOn ?? [];
    for (const other of dependsOn.flatMap((one) => one.projects ?? [])) add(projects[other]);
    names.add(name);
  };
  for (const project of chosen) add(project);
  return [...names];
}
