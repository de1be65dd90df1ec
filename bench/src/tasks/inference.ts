import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createNodesFromFiles,
  readJsonFile,
  type CreateNodesContext,
  type CreateNodesResult,
} from '@nx/devkit';
import { createDependencies, createNodes } from 'chargen-plugin';
import { z } from 'zod';
import { makeWorld } from '../make/world.js';
import { timed } from '../measure.js';
import { countOf, textOf, type Arguments, type Task } from '../task.js';

const OPTIONS = { contentRoot: 'content', workspaceId: 'bench' };

const make: Task = async (given) => {
  const world = await makeWorld(textOf(given, 'root'), {
    entities: countOf(given, 'entities'),
    scenes: countOf(given, 'scenes'),
    files: countOf(given, 'files'),
    fileUses: countOf(given, 'fileUses'),
    sceneUses: countOf(given, 'sceneUses'),
    seed: countOf(given, 'seed'),
  });
  return { bytes: world.bytes, scenes: world.scenes };
};

const list = z.array(z.string());

async function filesOf(given: Arguments): Promise<string[]> {
  return list.parse(JSON.parse(await readFile(textOf(given, 'list'), 'utf8')));
}

/** What Nx asks of the plugin: nodes, then edges; cold, and again after one file was changed. */
const plugin: Task = async (given) => {
  const root = textOf(given, 'root');
  const files = await filesOf(given);
  const context: CreateNodesContext = { workspaceRoot: root, nxJsonConfiguration: {} };
  const [, infer] = createNodes;
  const inferAll = async (): Promise<number> => {
    const nodes = await infer(files, OPTIONS, context);
    const projects = Object.fromEntries(
      nodes.flatMap(([, result]) => {
        if (!('projects' in result)) return [];
        return Object.entries(result.projects ?? {}).map(([at, project]) => [
          project.name ?? at,
          { root: at, ...project },
        ]);
      }),
    );
    await createDependencies(OPTIONS, {
      ...context,
      projects,
      externalNodes: {},
      fileMap: { nonProjectFiles: [], projectFileMap: {} },
      filesToProcess: { nonProjectFiles: [], projectFileMap: {} },
    });
    return nodes.length;
  };
  let projects = 0;
  const cold = await timed(async () => {
    projects = await inferAll();
  });
  const changed = join(root, files[0] ?? '');
  const before = readFileSync(changed, 'utf8');
  appendFileSync(changed, '  - { id: added, title: Added, prompt: One more scene. }\n');
  const warm = await timed(inferAll);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(changed, before);
  globalThis.gc?.();
  return { cold, warm, projects, heapMb: process.memoryUsage().heapUsed / 1024 ** 2 };
};

/** The least that any inference must do: read the same files and hash them. */
const bytes: Task = async (given) => {
  const root = textOf(given, 'root');
  const files = await filesOf(given);
  let length = 0;
  const ms = await timed(() => {
    for (const file of files) {
      const text = readFileSync(join(root, file), 'utf8');
      createHash('sha256').update(text).digest('hex');
      length += text.length;
    }
  });
  return { ms, length };
};

/** What Nx's own plugin does for as many project.json files, by the same functions of Nx. */
const projectJson: Task = async (given) => {
  const root = textOf(given, 'root');
  const files = await filesOf(given);
  const context: CreateNodesContext = { workspaceRoot: root, nxJsonConfiguration: {} };
  let projects = 0;
  const ms = await timed(async () => {
    const nodes = await createNodesFromFiles(
      (file): CreateNodesResult => {
        const { name, ...rest } = readJsonFile<{ name: string }>(join(root, file));
        const at = file.slice(0, -'/project.json'.length);
        return { projects: { [at]: { name, root: at, ...rest } } };
      },
      files,
      undefined,
      context,
    );
    projects = nodes.length;
  });
  return { ms, projects };
};

export const tasks = { make, plugin, bytes, projectJson };
