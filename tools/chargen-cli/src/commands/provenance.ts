import { ADOPTED } from 'chargen-core';
import {
  DEFAULT_EXPORT_OPTIONS,
  provenanceOf,
  type CredentialsOutcome,
  type OriginalProvenance,
  type SceneProvenance,
} from 'chargen-export';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { openScene } from '../workspace/open-scene.js';

export async function run(call: CommandCall): Promise<ExitCode> {
  const { io, globals } = call;
  const { workspace, entity, scene } = await openScene(call);
  const wanted = workspace.options.export ?? DEFAULT_EXPORT_OPTIONS;
  const found = await provenanceOf(workspace.workspaceRoot, entity, scene, wanted);
  const name = `${entity.type}/${entity.slug}/${scene.id}`;
  if (globals.json) await io.out(jsonText({ scene: name, ...jsonOf(found) }));
  else await io.out(`${[io.paint('bold', name), ...originalLines(found), ...copyLines(found)].join('\n')}\n`);
  return EXIT.done;
}

function jsonOf({ original, copies }: SceneProvenance): Record<string, unknown> {
  if (original === undefined) return { original: null, copies };
  const { recipe, ...rest } = original;
  return { original: { ...rest, recipe: recipe === undefined ? null : recipeFacts(recipe) }, copies };
}

function recipeFacts({ key, provenance }: NonNullable<OriginalProvenance['recipe']>): Record<string, string> {
  const { model, modelVersion, finishedAt, run, job } = provenance;
  return { model: modelVersion ?? model, madeAt: finishedAt, run, job, key };
}

function originalLines({ original }: SceneProvenance): string[] {
  if (original === undefined) return ['There is no picture of this scene yet.'];
  const { path, recipe, isAsRecorded, isPointer } = original;
  return [
    `Original: ${path}${isPointer ? ' (only the Git LFS pointer is here; run git lfs pull to read it)' : ''}`,
    ...recipeLines(recipe),
    ...(recipe === undefined ? [] : [`  Bytes: ${isAsRecorded ? 'those' : 'not those'} of the recipe`]),
    ...fieldLines(original.fields),
    ...(isPointer ? [] : credentialLines(original.credentials)),
    ...(recipe !== undefined && recipe.provenance.run !== ADOPTED && isAsRecorded
      ? [
          '  SynthID: Google states that it is in the pixels of each picture of its models; it is not read here',
        ]
      : []),
  ];
}

function recipeLines(recipe: OriginalProvenance['recipe']): string[] {
  if (recipe === undefined) return ['  Recipe: none'];
  if (recipe.provenance.run === ADOPTED) return ['  Recipe: adopted; what made it is not known'];
  const { model, modelVersion, finishedAt, run } = recipe.provenance;
  return [`  Recipe: ${modelVersion ?? model}, ${finishedAt}, run ${run}`];
}

function credentialLines(outcome: CredentialsOutcome): string[] {
  switch (outcome.kind) {
    case 'absent':
      return ['  C2PA: no manifest'];
    case 'unreadable':
      return [`  C2PA: there is a manifest that cannot be read: ${outcome.why}`];
    case 'present': {
      const { claimGenerator, actions, isSigned } = outcome.credentials;
      const state = isSigned ? 'signed; the signature is not checked here' : 'not signed';
      return [
        `  C2PA: a manifest of ${claimGenerator ?? 'an unnamed program'} (${state})`,
        ...actions.map(({ action, digitalSourceType, description }) =>
          [
            '    ',
            [action, digitalSourceType, description].filter((one) => one !== undefined).join(', '),
          ].join(''),
        ),
      ];
    }
  }
}

function copyLines({ copies }: SceneProvenance): string[] {
  if (copies.length === 0) return ['Copies: none'];
  // Copies of one picture state the same, and only those that differ are shown apart.
  const groups = new Map<string, { paths: string[]; lines: string[] }>();
  for (const { path, fields, isAsExported } of copies) {
    const lines = isAsExported ? fieldLines(fields) : ['  It is gone, or was changed since it was exported.'];
    const id = lines.join('\n');
    const group = groups.get(id) ?? { paths: [], lines };
    group.paths.push(path);
    groups.set(id, group);
  }
  return [...groups.values()].flatMap(({ paths, lines }) => [
    ...paths.map((path, n) => `${n === 0 ? 'Copies: ' : '        '}${path}`),
    ...(lines.length === 0 ? ['  No fields'] : lines),
  ]);
}

function fieldLines(fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields).map(([name, value]) => `  ${name}: ${value}`);
}
