import {
  capFor,
  describeCost,
  describeNoPicture,
  EXIT_OF_STOP,
  describeEstimate,
  generateNow,
  runControl,
  SYSTEM_CLOCK,
  UNLIMITED,
  type NowOutcome,
} from 'chargen-core';
import { z } from 'chargen-core/zod';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { interruptible } from '../run/interruptible.js';
import { STOP_WORDS } from '../run/stop-words.js';
import { openDoor } from '../run/open-door.js';
import { environmentOf } from '../run/profile.js';
import { checkMaxCost } from '../run/run-variables.js';
import { openResults } from '../workspace/open-results.js';
import { openScene } from '../workspace/open-scene.js';

const optionsSchema = z.object({ yes: z.boolean().default(false), maxCost: z.string().optional() });

export async function run(call: CommandCall): Promise<ExitCode> {
  const { globals, io } = call;
  const { yes, maxCost } = optionsSchema.parse(call.options);
  if (maxCost !== undefined) checkMaxCost(maxCost);
  const { workspace, entity, scene } = await openScene(call);
  const env = {
    ...environmentOf(workspace.workspaceRoot, globals.profile, io.env),
    ...(maxCost === undefined ? {} : { CHARGEN_MAX_COST: maxCost }),
  };
  const outcome = await interruptible(
    (signal) =>
      generateNow(
        {
          ...workspace,
          store: openResults(workspace, env, io),
          openDoor: () => openDoor(env, 'generate'),
          maxCost: runControl(env, workspace.settings).maxCost,
          confirm: async (cost) => {
            io.err(`One request at full price: ${describeEstimate(cost)}.\n`);
            if (yes || !io.interactive || globals.json) return true;
            return confirmed('Make it now?');
          },
          onWait: (message) => {
            io.err(`${message}\n`);
          },
          signal,
          clock: SYSTEM_CLOCK,
        },
        entity,
        scene,
      ),
    // Once a request is on its way its answer is waited for, so that only what comes before it ends like this.
    'Stopped. Nothing was sent.',
  );
  const name = `${entity.type}/${entity.slug}/${scene.id}`;
  if (globals.json) await io.out(jsonText({ scene: name, exitCode: exitOf(outcome), ...outcome }));
  else await reportOutcome(name, outcome, io);
  return exitOf(outcome);
}

async function reportOutcome(name: string, outcome: NowOutcome, io: Io): Promise<void> {
  switch (outcome.kind) {
    case 'done':
      await io.out(`${name} has its picture: ${outcome.path}. For another one: chargen reroll ${name}\n`);
      return;
    case 'reused':
      await io.out(`${outcome.path} was in the store; nothing was paid.\n`);
      return;
    case 'generated': {
      const drafts = outcome.drafts === 0 ? '' : `, ${outcome.drafts} drafts among it`;
      await io.out(`${outcome.path} (${describeCost(outcome.costUsd)}${drafts})\n`);
      for (const warning of outcome.warnings) await io.out(`  ${warning}\n`);
      return;
    }
    case 'refused':
    case 'unusable':
      await io.out(`${name}: ${describeNoPicture(outcome.reason, outcome.message)}.\n${outcome.advice}\n`);
      return;
    case 'failed':
    case 'stopped':
      io.err(`${outcome.message}\n`);
      return;
    case 'not-laid':
      io.err(`${outcome.message}\n${outcome.advice}\n`);
      return;
    case 'not-now':
      io.err(`${name} cannot be made now (${outcome.state}): ${outcome.why}.\n`);
      return;
    case 'over-budget':
      io.err(
        `It may cost up to ${describeEstimate(outcome.cost)}, more than the cap of ${describeCost(outcome.cap)}. Nothing was sent. Let it pass with: ${STOP_WORDS.setCap(outcome.cost.unknown > 0 ? UNLIMITED : capFor(outcome.cost.high))}\n`,
      );
      return;
    case 'declined':
      await io.out('Nothing was sent.\n');
  }
}

function exitOf(outcome: NowOutcome): ExitCode {
  switch (outcome.kind) {
    case 'done':
    case 'reused':
    case 'generated':
    case 'declined':
      return EXIT.done;
    case 'refused':
    case 'unusable':
    case 'failed':
    case 'not-laid':
      return EXIT.partial;
    case 'not-now':
      return outcome.state === 'in-flight' || outcome.state === 'waits' ? EXIT.running : EXIT.badInput;
    case 'stopped':
      return EXIT_OF_STOP[outcome.stop.kind];
    case 'over-budget':
      return EXIT.budget;
  }
}
