import { auditWorld, plural, type AuditFinding } from 'chargen-core';
import { AUDIT_FINDINGS, type AuditFindingKind } from 'chargen-core/names';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { choiceSchema, choose } from '../workspace/choose.js';
import { openWorkspace } from '../workspace/open-workspace.js';

const optionsSchema = z.object({ ignore: z.array(z.string()).default([]) });

export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const workspace = await openWorkspace(globals);
  const chosen = new Set(choose(workspace.world, choiceSchema.parse(options)));
  const { ignore } = optionsSchema.parse(options);
  const unknown = ignore.find((one) => !Object.hasOwn(AUDIT_FINDINGS, one));
  if (unknown !== undefined) {
    throw new CliError(
      `There is no finding "${unknown}". There are: ${Object.keys(AUDIT_FINDINGS).join(', ')}.`,
    );
  }
  const { workspaceRoot, world } = workspace;
  const audit = await auditWorld({ workspaceRoot, world, chosen: (loaded) => chosen.has(loaded) });
  const findings = audit.findings.filter(({ kind }) => !ignore.includes(kind));
  const totals = Object.fromEntries(
    Object.keys(AUDIT_FINDINGS).map((kind) => [kind, findings.filter((one) => one.kind === kind).length]),
  );
  const { pictures, authored } = audit;
  if (globals.json) {
    const list = findings.map((one) => ({ ...one, scene: one.scene ?? null }));
    await io.out(jsonText({ findings: list, totals, pictures, authored }));
  } else {
    await io.out(textOf(findings));
    const own = authored === 0 ? '' : `, ${authored} of them their authors' own`;
    io.err(`${plural(pictures, 'picture')}${own}: ${plural(findings.length, 'finding')}.\n`);
  }
  return findings.length === 0 ? EXIT.done : EXIT.partial;
}

/** One line a picture, by what was found; what to do once for each that differs. */
function textOf(findings: readonly AuditFinding[]): string {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds
    .map((kind) =>
      sectionOf(
        kind,
        findings.filter((one) => one.kind === kind),
      ),
    )
    .join('\n');
}

function sectionOf(kind: AuditFindingKind, findings: readonly AuditFinding[]): string {
  const lines = findings.map(({ path, advice }) => `  ${path}\n    ${advice}`);
  return `${kind}: ${AUDIT_FINDINGS[kind]} (${findings.length})\n${lines.join('\n')}\n`;
}
