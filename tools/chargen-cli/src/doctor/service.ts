import {
  findApiKey,
  GeminiError,
  describeSuccessors,
  judgeModel,
  KEY_VARIABLES,
  modelTerms,
  openDoorFromEnvironment,
  type GeminiDoor,
  type ModelTerms,
} from 'chargen-core';
import { variableOf } from 'chargen-core/names';
import type { Io } from '../cli/io.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { ok, type Finding } from './finding.js';

/** The key, without showing it; with `online`, whether Google takes it and knows the models. */
export async function checkService(
  workspace: Workspace,
  env: Io['env'],
  profile: string | undefined,
  online: boolean,
  signal: AbortSignal,
): Promise<Finding[]> {
  const found = findApiKey(env);
  const models = modelsOf(workspace);
  const terms = modelTerms(workspace.settings, Date.now());
  const known = models.flatMap((id) => checkCatalogue(id, terms));
  if (found === undefined) {
    return [
      ...known,
      {
        check: 'key',
        verdict: 'warning',
        message: 'No API key: plans and previews work, pictures cannot be made.',
        advice: `Set ${KEY_VARIABLES[0]} in the environment or in .env.`,
      },
    ];
  }
  const from = profile === undefined ? found.name : `${found.name}, profile ${profile}`;
  const where = variableOf(env, 'GOOGLE_GEMINI_BASE_URL');
  const elsewhere: Finding[] =
    where === undefined
      ? []
      : [
          {
            check: 'address',
            verdict: 'note',
            message: `Requests go to ${where}, not to Google (GOOGLE_GEMINI_BASE_URL).`,
          },
        ];
  const key = ok('key', `An API key is set (${from})`);
  if (!online) return [...known, key, ...elsewhere];
  const door = await openDoorFromEnvironment(env, 'generate');
  const usable = ok('key', `${key.message}; its fingerprint is ${door.keyFingerprint}`);
  return [...known, usable, ...elsewhere, ...(await askModels(door, models, terms, signal))];
}

function modelsOf({ settings, world }: Workspace): string[] {
  const own = world.entities.flatMap(
    ({ entity }) => entity?.scenes.flatMap((scene) => scene.model ?? []) ?? [],
  );
  return [...new Set([settings.generationModel, settings.analysisModel, ...own])];
}

function checkCatalogue(id: string, terms: ModelTerms): Finding[] {
  const verdict = judgeModel(id, terms);
  switch (verdict.kind) {
    case 'living':
      return [];
    case 'retired':
      return [
        {
          check: 'model',
          verdict: 'error',
          message: `Google has retired the model "${id}".`,
          advice: `Write ${describeSuccessors(verdict.retirement, terms)} instead.`,
        },
      ];
    case 'unlisted':
      return [
        {
          check: 'model',
          verdict: 'note',
          message: `The model "${id}" is not in the catalogue: its price is not known.`,
        },
      ];
  }
}

async function askModels(
  door: GeminiDoor,
  models: readonly string[],
  terms: ModelTerms,
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const id of models) {
    if (judgeModel(id, terms).kind === 'retired') continue;
    try {
      const model = await door.findModel(id, signal);
      findings.push(
        model === undefined
          ? {
              check: 'model',
              verdict: 'error',
              message: `This key cannot use the model "${id}": Google does not know it.`,
              advice: 'What it can use: chargen models --live',
            }
          : ok('model', `${id} answers`),
      );
    } catch (error) {
      if (!(error instanceof GeminiError)) throw error;
      findings.push(unusable(error));
      return findings;
    }
  }
  return findings;
}

/** What an answer that is no success says: the same reading as that of a run which it would stop. */
function unusable({ info, message }: GeminiError): Finding {
  switch (info.kind) {
    case 'invalid-key':
      return { check: 'key', verdict: 'error', message: `Google does not take the key: ${message}` };
    case 'billing':
      return { check: 'billing', verdict: 'error', message: `Google does not bill this project: ${message}` };
    case 'no-quota':
      return { check: 'quota', verdict: 'error', message: `Google has no quota for this: ${message}` };
    default:
      return { check: 'service', verdict: 'error', message: `Gemini could not be used: ${message}` };
  }
}
