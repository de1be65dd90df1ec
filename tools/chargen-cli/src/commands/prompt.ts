import { planScene } from 'chargen-core';
import { z } from 'zod';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { openScene } from '../workspace/open-scene.js';

const optionsSchema = z.object({ text: z.boolean().default(false) });

export async function run(call: CommandCall): Promise<ExitCode> {
  const { io, globals } = call;
  const { text: textOnly } = optionsSchema.parse(call.options);
  const { workspace, entity, scene } = await openScene(call);
  const { planned, item } = await planScene(workspace, entity, scene);
  const { prompt } = planned;
  if (globals.json) {
    const { text, sections, leftOut } = prompt;
    const { model, aspectRatio, imageSize, references } = item;
    const sent = planned.files.map(({ name, role, path, sha256 }) => ({
      name,
      role,
      path: path ?? null,
      sha256,
    }));
    await io.out(
      jsonText({
        scene: planned.name,
        model,
        aspectRatio,
        imageSize,
        text,
        sections,
        leftOut,
        references,
        sent,
      }),
    );
    return EXIT.done;
  }
  if (textOnly) {
    await io.out(`${prompt.text}\n`);
    return EXIT.done;
  }
  const lines = [
    io.paint('bold', planned.name),
    `${item.model}, ${item.aspectRatio}, ${item.imageSize}, ${item.promptChars} characters, take ${scene.take}`,
  ];
  for (const { section, text, source } of prompt.sections) {
    lines.push('', io.paint('cyan', `[${section}]`) + io.paint('dim', `  from ${source}`), text);
  }
  for (const { section, source } of prompt.leftOut) {
    lines.push(
      '',
      io.paint('yellow', `[${section}] left out, the prompt would be too long`) + `  from ${source}`,
    );
  }
  if (item.references.length > 0) lines.push('', io.paint('cyan', '[pictures]'));
  item.references.forEach((one) => {
    const index = planned.files.findIndex((file) => file.name === one.name && file.role === one.role);
    const sent = index < 0 ? one.state : `image ${index + 1}`;
    const path = one.path === null ? '' : `, ${one.path}`;
    lines.push(`  ${sent}: ${one.name} (${one.role}${path})`);
  });
  await io.out(`${lines.join('\n')}\n`);
  return EXIT.done;
}
