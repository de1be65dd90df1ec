// In the place of Nx: has the plugin do what the one command line of `chargen` asks Nx for, in this process and without
// a cache, in one process in place of two; `runs.test.ts`, `selections.test.ts` and the tests of the plugin run Nx itself.
import { runPluginTasks } from '../../../../../test/support/plugin-tasks.mjs';

const [, , command, t, target, ...flags] = process.argv;
if (command !== 'run-many' || t !== '-t')
  throw new Error(`Not known here: ${process.argv.slice(2).join(' ')}`);
const chosen = (flags.find((flag) => flag.startsWith('--projects=')) ?? '')
  .slice('--projects='.length)
  .split(',');
const configuration = flags.includes('-c') ? flags[flags.indexOf('-c') + 1] : undefined;

try {
  const results = await runPluginTasks(process.cwd(), target, {
    isMeant: ({ root, tags = [] }) =>
      chosen.includes(`directory:${root}`) || tags.some((tag) => chosen.includes(`tag:${tag}`)),
    configuration,
  });
  const ends = [...results.values()];
  for (const { terminalOutput } of ends) process.stdout.write(terminalOutput);
  const isAny = (end) => ends.some(({ status }) => status === end);
  process.exitCode = isAny('failure') ? 1 : isAny('skipped') ? 130 : 0;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
