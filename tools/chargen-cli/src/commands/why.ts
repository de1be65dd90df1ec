import { explainScene, type Change, type Explanation } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { CommandCall } from '../cli/spec.js';
import { diffText, indent } from '../output/diff-text.js';
import { jsonText } from '../output/json.js';
import { SYMBOLS } from '../output/symbols.js';
import { openScene } from '../workspace/open-scene.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const { io, globals } = call;
  const { workspace, entity, scene } = await openScene(call);
  const explanation = await explainScene(workspace, entity, scene);
  const { planned, item, against, madeAt, run: runId, keyBefore, changes } = explanation;
  if (globals.json) {
    const { state, reason, key } = item;
    await io.out(
      jsonText({
        scene: planned.name,
        state,
        reason,
        key,
        against: against ?? null,
        keyBefore: keyBefore ?? null,
        madeAt: madeAt ?? null,
        run: runId ?? null,
        changes,
      }),
    );
    return EXIT.done;
  }
  await io.out(`${explanationText(explanation, io)}\n`);
  return EXIT.done;
}

function explanationText(explanation: Explanation, io: Io): string {
  const { planned, item, against, madeAt, run: runId, changes } = explanation;
  const { symbol, colour } = SYMBOLS[item.state];
  const before =
    against === undefined
      ? ['There is no recipe and no refusal of an earlier request beside it.']
      : [
          `Compared with the ${against === 'recipe' ? 'recipe of its picture' : 'request that was refused'}, of ${madeAt ?? 'an unknown time'}, run ${runId ?? 'unknown'}.`,
        ];
  const none =
    changes.length > 0 || against === undefined
      ? []
      : [
          item.state === 'waits' || item.state === 'blocked'
            ? 'What can be known of its request now is as it was then.'
            : 'It asks for exactly what it asked for then.',
        ];
  return [
    `${io.paint('bold', planned.name)}  ${io.paint(colour, `${symbol} ${item.state}`)}: ${item.reason}.`,
    ...before,
    ...changes.flatMap((change) => changeLines(change, io)),
    ...none,
    ...nextStep(explanation),
  ].join('\n');
}

function changeLines(change: Change, io: Io): string[] {
  switch (change.kind) {
    case 'setting':
      return [`- ${change.setting}: ${change.before} -> ${change.now}`];
    case 'reference': {
      const { change: what, name, role } = change;
      const words = {
        added: 'is new',
        removed: 'is gone',
        replaced: 'has other bytes',
        moved: 'has another place',
      };
      return [`- the ${role} picture ${name} ${words[what]}`];
    }
    case 'prompt':
      return ['- the prompt:', indent(diffText(change.diff, io))];
  }
}

function nextStep({ planned, item }: Explanation): string[] {
  switch (item.state) {
    case 'pending':
    case 'reused':
      return [`Make it with: chargen batch generate --filter ${planned.entity.slug}`];
    case 'edited':
      return [`Decide with: chargen keep ${planned.name}`, `         or: chargen discard ${planned.name}`];
    case 'unusable':
      return [`Ask the same again with: chargen retry ${planned.name}`];
    case 'refused':
      return [`Change its prompt, or ask the same again with: chargen retry ${planned.name}`];
    case 'blocked':
      return [`See: chargen check --filter ${planned.entity.slug}`];
    case 'in-flight':
      return ['Take it once it is finished with: chargen collect'];
    case 'waits':
    case 'done':
    case 'locked':
      return [];
  }
}
