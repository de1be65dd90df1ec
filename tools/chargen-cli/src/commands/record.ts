import { plural, recordAll } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { choiceSchema, choose } from '../workspace/choose.js';
import { openWorkspace } from '../workspace/open-workspace.js';

export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const choice = choiceSchema.parse(options);
  const workspace = await openWorkspace(globals);
  const results: { file: string; kind: 'written' | 'unchanged' | 'refused'; why?: string }[] = [];
  const chosen = choose(workspace.world, choice);
  const wishes = chosen.flatMap(({ entity }) => (entity === undefined ? [] : [{ entity }]));
  const isWhole = await recordAll(workspace.workspaceRoot, wishes, {
    prompts: workspace.settings.recordPrompts,
    say: (line) => {
      io.err(`${line}\n`);
    },
    onRecorded: ({ entity }, outcome) => {
      results.push({ file: entity.file, ...outcome });
    },
  });
  const refused = results.filter((one) => one.kind === 'refused');
  if (globals.json) await io.out(jsonText({ records: results }));
  else {
    for (const { file, kind } of results) {
      if (kind === 'written') await io.out(`${io.paint('green', 'written')}  ${file}\n`);
    }
    const written = results.filter((one) => one.kind === 'written').length;
    await io.out(`${written} written, ${results.length - written - refused.length} unchanged.\n`);
    const unread = chosen.length - wishes.length;
    if (unread > 0)
      await io.out(`${plural(unread, 'file')} with errors left as before. See: chargen check\n`);
  }
  return isWhole ? EXIT.done : EXIT.partial;
}
