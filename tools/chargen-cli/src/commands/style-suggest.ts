import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceIfUnchanged, styleYaml, suggestStyle } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { confirmed } from '../cli/confirm.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const optionsSchema = z.object({ write: z.boolean().default(false) });

export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const { write } = optionsSchema.parse(options);
  const workspace = await openWorkspace(globals);
  const suggestion = suggestStyle(workspace.world);
  const text = styleYaml(suggestion);
  if (globals.json) {
    await io.out(jsonText({ ...suggestion, yaml: text ?? null }));
    return EXIT.done;
  }
  if (text === undefined) {
    io.err('The prompts of this world have no words of style in common. Write a style.yaml by hand.\n');
    return EXIT.done;
  }
  const file = workspace.options.styleFile;
  const path = join(workspace.workspaceRoot, file);
  const exists = existsSync(path);
  const lines = text.trimEnd().split('\n');
  await io.out(
    [
      `--- ${exists ? file : '/dev/null'}`,
      `+++ ${file}`,
      ...lines.map((line) => io.paint('green', `+${line}`)),
      '',
    ].join('\n'),
  );
  if (exists) {
    // Its author had reasons; what to take over is for a person.
    io.err(staysAsItIs(file));
    return write ? EXIT.badInput : EXIT.done;
  }
  const isWanted = write || (io.interactive && (await confirmed(`Write ${file}?`, false)));
  if (isWanted) {
    await mkdir(dirname(path), { recursive: true });
    // Never over a file that came while the question was open.
    const { kind } = await replaceIfUnchanged(path, undefined, text);
    if (kind !== 'replaced') {
      io.err(staysAsItIs(file));
      return EXIT.badInput;
    }
    io.err(`Wrote ${file}. It goes into every prompt from now on; finished pictures stay as they are.\n`);
  } else io.err('Nothing was written. To write it: chargen style suggest --write\n');
  return EXIT.done;
}

function staysAsItIs(file: string): string {
  return `${file} is there already, and stays as it is. Copy what you want from above.\n`;
}
