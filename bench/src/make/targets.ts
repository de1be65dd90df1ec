import { createNodes } from 'chargen-plugin';
import type { ProjectConfiguration } from '@nx/devkit';

export type InferredProjects = Readonly<Record<string, Omit<ProjectConfiguration, 'root'>>>;

/** The projects that the plugin infers, by the path of their imagery.yaml. */
export async function inferTargets(
  root: string,
  imagery: readonly string[],
): Promise<(readonly [string, InferredProjects])[]> {
  const [, infer] = createNodes;
  const nodes = await infer(
    imagery,
    { contentRoot: 'content', workspaceId: 'bench' },
    { workspaceRoot: root, nxJsonConfiguration: {} },
  );
  return nodes.map(([file, result]) => [file, result.projects ?? {}]);
}
