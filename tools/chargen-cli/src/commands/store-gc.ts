import { plural, removeFromStore, surveyStore, type Removable } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { megabytes } from '../output/megabytes.js';
import { openAllWorlds } from '../workspace/open-workspace.js';
import { cleanShared } from './shared-gc.js';

const optionsSchema = z.object({
  dryRun: z.boolean().default(false),
  shared: z.boolean().default(false),
  olderThan: z.string().optional(),
  yes: z.boolean().default(false),
});

const WHY: Readonly<Record<Removable['why'], string>> = {
  'picture-lies-in-its-folder': 'pictures that lie in their folders too',
  'run-is-over': 'requests of runs that are over',
  'results-are-in-the-store': 'result files whose pictures are in the store',
  preview: 'previews',
};

export async function run(call: CommandCall): Promise<ExitCode> {
  const { globals, io } = call;
  const { dryRun, shared, olderThan, yes } = optionsSchema.parse(call.options);
  if (shared) return cleanShared(call, { dryRun, olderThan, yes });
  if (olderThan !== undefined) throw new CliError('--older-than is for --shared.');
  const workspace = await openAllWorlds(globals);
  const survey = await surveyStore(workspace);
  const freed = dryRun ? 0 : await removeFromStore(workspace, survey);
  const total = survey.removable.reduce((sum, one) => sum + one.bytes, 0);
  if (globals.json) {
    await io.out(jsonText({ dryRun, freedBytes: freed, removableBytes: total, ...survey }));
    return EXIT.done;
  }
  for (const [why, says] of Object.entries(WHY)) {
    const list = survey.removable.filter((one) => one.why === why);
    if (list.length === 0) continue;
    const bytes = list.reduce((sum, one) => sum + one.bytes, 0);
    await io.out(`${megabytes(bytes).padStart(10)}  ${says} (${list.length})\n`);
  }
  const { onlyCopies, authors, keptResults } = survey;
  if (onlyCopies.count > 0) {
    await io.out(
      `Kept: ${plural(onlyCopies.count, 'picture')} that are nowhere else (${megabytes(onlyCopies.bytes)}).\n`,
    );
  }
  if (authors.count > 0)
    await io.out(
      `Kept: ${plural(authors.count, 'picture')} of yours that were discarded (${megabytes(authors.bytes)}).\n`,
    );
  for (const path of keptResults)
    await io.out(`Kept: ${path}, which holds drafts or answers that are nowhere else.\n`);
  await io.out(
    dryRun
      ? `${megabytes(total)} could be freed. Without --dry-run: chargen store gc\n`
      : `${megabytes(freed)} freed.\n`,
  );
  return EXIT.done;
}
