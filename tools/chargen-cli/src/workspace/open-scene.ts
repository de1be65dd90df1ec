import { findScene, type Entity, type LoadedEntity, type Scene } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import type { CommandCall } from '../cli/spec.js';
import { openWorkspace, type Workspace } from './open-workspace.js';

export interface OpenScene {
  readonly workspace: Workspace;
  readonly loaded: LoadedEntity;
  readonly entity: Entity;
  readonly scene: Scene;
}

/** The workspace and the scene that a command's first argument names. */
export async function openScene({ args, globals }: CommandCall): Promise<OpenScene> {
  const workspace = await openWorkspace(globals);
  return { workspace, ...sceneCalled(workspace, args[0] ?? '') };
}

export function sceneCalled(workspace: Workspace, name: string): Omit<OpenScene, 'workspace'> {
  const found = findScene(workspace.world, name);
  if (found.kind === 'unknown') throw new CliError(found.message);
  return { loaded: found.loaded, entity: found.entity, scene: found.scene };
}
