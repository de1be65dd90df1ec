import { checkWorld, diagnosticLine, hasErrors, plural } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { writeDiagnosticsJson } from '../output/diagnostic-json.js';
import { writeInPortions } from '../output/write-in-portions.js';
import { choiceSchema, choose } from '../workspace/choose.js';
import { targetDefaultsDiagnostics } from '../workspace/nx-config.js';
import { openWorkspace } from '../workspace/open-workspace.js';

export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const choice = choiceSchema.parse(options);
  const workspace = await openWorkspace(globals);
  const chosen = new Set(choose(workspace.world, choice));
  const isWhole = chosen.size === workspace.world.entities.length;
  const ofNx = isWhole ? targetDefaultsDiagnostics(workspace) : [];
  const ofWorld = await checkWorld({
    ...workspace,
    ...(isWhole
      ? { contentRoot: workspace.options.contentRoot, otherRoots: workspace.options.otherRoots }
      : {}),
    chosen: (loaded) => chosen.has(loaded),
  });
  const diagnostics = [...ofNx, ...ofWorld];
  const count = (severity: string): number => diagnostics.filter((one) => one.severity === severity).length;
  const totals = { errors: count('error'), warnings: count('warning'), notes: count('note') };
  if (globals.json) {
    await io.out('{"diagnostics":');
    await writeDiagnosticsJson(diagnostics, io);
    await io.out(`,"totals":${JSON.stringify(totals)}}\n`);
  } else {
    await writeInPortions(diagnostics, (one) => `${diagnosticLine(one)}\n`, io);
    const found = [
      plural(totals.errors, 'error'),
      plural(totals.warnings, 'warning'),
      plural(totals.notes, 'note'),
    ];
    io.err(`${plural(chosen.size, 'entity', 'entities')}: ${found.join(', ')}.\n`);
  }
  return hasErrors(diagnostics) ? EXIT.partial : EXIT.done;
}
