import { variableOf } from 'chargen-core/names';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import type { Finding } from '../doctor/finding.js';
import { checkRepository } from '../doctor/repository.js';
import { checkService } from '../doctor/service.js';
import { checkSettings } from '../doctor/settings.js';
import { checkWorldPictures } from '../doctor/world-pictures.js';
import { checkNode, checkNx } from '../doctor/tools.js';
import { jsonText } from '../output/json.js';
import { interruptible } from '../run/interruptible.js';
import { environmentOf } from '../run/profile.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const optionsSchema = z.object({
  offline: z.boolean().default(false),
  live: z.boolean().default(false),
  yes: z.boolean().default(false),
  wait: z.string().optional(),
});

const MARKS = {
  ok: { mark: '✓', colour: 'green' },
  note: { mark: '-', colour: 'cyan' },
  warning: { mark: '!', colour: 'yellow' },
  error: { mark: '✗', colour: 'red' },
} as const;

export async function run(call: CommandCall): Promise<ExitCode> {
  const { options, globals, io } = call;
  const { offline, live, yes, wait } = optionsSchema.parse(options);
  if (live && offline) throw new CliError('--live asks Google, and --offline asks nothing: choose one.');
  const workspace = await openWorkspace(globals);
  if (live) {
    const { checkLive } = await import('../doctor/live.js');
    return checkLive(call, workspace, { yes, wait });
  }
  const env = environmentOf(workspace.workspaceRoot, globals.profile, io.env);
  const profile = globals.profile ?? variableOf(env, 'CHARGEN_PROFILE');
  const findings: Finding[] = [
    checkNode(process.version),
    ...checkNx(workspace),
    ...(await checkRepository(workspace, env)),
    ...checkSettings(workspace, env),
    ...(await checkWorldPictures(workspace)),
    ...(await interruptible((signal) => checkService(workspace, env, profile, !offline, signal))),
  ];
  const exit = exitOf(findings);
  if (globals.json) {
    await io.out(jsonText({ exitCode: exit, findings }));
    return exit;
  }
  for (const { verdict, message, advice } of findings) {
    const { mark, colour } = MARKS[verdict];
    await io.out(`${io.paint(colour, mark)} ${message}\n`);
    if (advice !== undefined) await io.out(`    ${advice}\n`);
  }
  return exit;
}

/** Checks whose error is the key, its project or the service: what a run ends with 6 for. */
const OF_SERVICE: ReadonlySet<string> = new Set(['key', 'billing', 'quota', 'service']);

function exitOf(findings: readonly Finding[]): ExitCode {
  const errors = findings.filter((one) => one.verdict === 'error');
  if (errors.length === 0) return EXIT.done;
  return errors.every((one) => OF_SERVICE.has(one.check)) ? EXIT.unavailable : EXIT.partial;
}
