import { cancel, intro, outro } from '@clack/prompts';
import { worldName } from 'chargen-plugin/setup';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import { ago } from '../output/run-text.js';
import { unfinishedRuns } from '../workspace/open-run.js';
import { openWorkspace } from '../workspace/open-workspace.js';
import { findWorkspace, worldHere } from '../workspace/find-workspace.js';
import { fitted, Left, pick, say, sure } from './ask.js';
import { batchMenu } from './batch-menu.js';
import { command, reportingErrors, type Menu } from './menu.js';
import { sceneMenu } from './scene-menu.js';

/** The menus, for people. Ends with what the last thing that was done ended with. */
export async function mainMenu(start: Menu): Promise<ExitCode> {
  intro('chargen');
  try {
    const menu = await inOneWorld(start);
    const begun = await offerWorld(menu);
    if (begun !== undefined) return begun;
    let exit = await offerResume(menu);
    for (;;) {
      const choice = await pick('What would you like to do?', [
        { value: 'batch', label: 'Batch operations', hint: 'generate, analyze, resume, history' },
        { value: 'scene', label: 'One scene', hint: 'why, prompt, now, reroll, lock, keep' },
        { value: 'gallery', label: 'Gallery', hint: 'see and review the pictures in a browser' },
        { value: 'plan', label: 'Plan', hint: 'what would be made, and what it would cost' },
        { value: 'status', label: 'Status' },
        { value: 'check', label: 'Check the files' },
        { value: 'cost', label: 'Cost so far' },
        { value: 'doctor', label: 'Doctor', hint: 'when something does not work' },
        { value: 'adopt', label: 'Adopt pictures', hint: 'those from before chargen count as done' },
        { value: 'quit', label: 'Quit' },
      ]);
      if (choice === 'quit') {
        outro('Bye.');
        return exit;
      }
      exit = await reportingErrors(() => branch(choice, menu));
    }
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    cancel(fitted(error.message));
    return EXIT.interrupted;
  }
}

async function branch(
  choice: 'batch' | 'scene' | 'gallery' | 'plan' | 'status' | 'check' | 'adopt' | 'cost' | 'doctor',
  menu: Menu,
): Promise<ExitCode> {
  switch (choice) {
    case 'batch':
      return batchMenu(menu);
    case 'scene':
      return sceneMenu(menu);
    case 'gallery':
      return galleryMenu(menu);
    case 'plan':
      return command(menu, await import('../commands/plan.js'));
    case 'status':
      return command(menu, await import('../commands/status.js'));
    case 'check':
      return command(menu, await import('../commands/check.js'));
    case 'adopt':
      return adoptMenu(menu);
    case 'cost':
      return command(menu, await import('../commands/cost.js'));
    case 'doctor':
      return command(menu, await import('../commands/doctor.js'));
  }
}

/** In a workspace of several worlds, the menus are those of the one that is chosen first. */
async function inOneWorld(menu: Menu): Promise<Menu> {
  const { globals } = menu;
  let found: ReturnType<typeof findWorkspace>;
  try {
    found = findWorkspace(globals.root);
    if (worldHere(found, globals) !== undefined) return menu;
  } catch (error) {
    // What is wrong is reported when the world is opened.
    if (error instanceof CliError) return menu;
    throw error;
  }
  const names = found.entries.map(worldName);
  const world = await pick(
    'Which world?',
    names.map((name) => ({ value: name, label: name })),
  );
  return { ...menu, globals: { ...globals, world } };
}

/** A page to look at, or one that can also change things, until Ctrl-C. */
async function galleryMenu(menu: Menu): Promise<ExitCode> {
  const how = await pick('Which gallery?', [
    { value: 'review', label: 'Review and change', hint: 'served to this machine until Ctrl-C' },
    { value: 'page', label: 'Only look', hint: 'a page in .chargen/gallery' },
  ]);
  return command(menu, await import('../commands/gallery.js'), [], how === 'review' ? { serve: true } : {});
}

/** Shows what would be adopted, and asks; nothing is paid by it. */
async function adoptMenu(menu: Menu): Promise<ExitCode> {
  const adopt = await import('../commands/adopt.js');
  const exit = await command(menu, adopt, [], { dryRun: true });
  if (!(await sure('Adopt these pictures?', false))) return exit;
  return command(menu, adopt);
}

/** If there is no world yet, one can be begun; undefined if there is one. */
async function offerWorld(menu: Menu): Promise<ExitCode | undefined> {
  try {
    await openWorkspace(menu.globals);
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    say.warn(error.message);
    if (!(await sure('Begin a story world here?', false))) {
      outro('Bye.');
      return error.exitCode;
    }
    return reportingErrors(async () => command(menu, await import('../commands/init.js')));
  }
}

/** After a crash or a suspended machine, the unfinished run is resumed. */
async function offerResume(menu: Menu): Promise<ExitCode> {
  const workspace = await openWorkspace(menu.globals);
  const runs = await unfinishedRuns(workspace);
  const [first] = runs;
  if (first === undefined) return EXIT.done;
  const which = runs.length === 1 ? `the run ${first.runId}` : `${runs.length} runs`;
  say.warn(`Unfinished: ${which}, phase ${first.phase}, begun ${ago(first.createdAt)}.`);
  if (!(await sure('Resume the interrupted batch?', false))) return EXIT.running;
  return reportingErrors(async () => command(menu, await import('../commands/batch-resume.js')));
}
