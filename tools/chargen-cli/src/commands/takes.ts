import { listTakes, sceneName, type ListedTake } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { environmentOf } from '../run/profile.js';
import { takesContext } from '../workspace/open-results.js';
import { openScene } from '../workspace/open-scene.js';

/** Lists the takes of a scene. Asks nothing of Google. */
export async function run(call: CommandCall): Promise<ExitCode> {
  const { globals, io } = call;
  const { workspace, entity, scene } = await openScene(call);
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const takes = await listTakes(takesContext(workspace, env, io), entity, scene);
  const name = sceneName(entity, scene);
  if (globals.json) {
    const listed = takes.map(({ path, run, ...one }) => ({ ...one, path: path ?? null, run: run ?? null }));
    await io.out(jsonText({ scene: name, takes: listed }));
    return EXIT.done;
  }
  await io.out(`${name}\n${takes.map((one) => `${lineOf(one)}\n`).join('')}`);
  if (takes.some((one) => !one.isNamed && (one.place === 'folder' || one.place === 'store'))) {
    await io.out(`To use another one: chargen use ${name} <take>\n`);
  }
  return EXIT.done;
}

function lineOf({ take, isNamed, place, path, run, why }: ListedTake): string {
  const by = run === undefined ? '' : `, run ${run}`;
  const where = {
    folder: `${path ?? ''}${by}`,
    store: `in the store${by}; chargen use lays it`,
    google: `at Google${by}; chargen collect takes it when it is finished`,
    nowhere:
      run === undefined ? `not made: ${why}` : `its picture is not on this machine; the run ${run} made it`,
  }[place];
  return `  ${isNamed ? '*' : ' '} ${String(take).padStart(2)}  ${where}`;
}
