import { DEFAULT_SETTINGS, queueLimit, runControl } from 'chargen-core';
import { variableOf } from 'chargen-core/names';
import type { Io } from '../cli/io.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { targetDefaultsOf } from '../workspace/nx-config.js';
import { ok, type Finding } from './finding.js';

/** Settings of Nx and of the environment that make runs behave in an unexpected way. */
export function checkSettings(workspace: Workspace, env: Io['env']): Finding[] {
  const { settings } = workspace;
  const findings: Finding[] = [...surprises(env), ...defaultsOfNx(workspace)];
  if (workspace.hasPlugin && settings.workspaceId === DEFAULT_SETTINGS.workspaceId) {
    findings.push({
      check: 'workspace-id',
      verdict: 'warning',
      message:
        'The workspace has no id of its own: another world with the same key would take its jobs for its own.',
      advice: 'Add "workspaceId" to the options of chargen-plugin in nx.json.',
    });
  }
  try {
    const { maxCost } = runControl(env, settings);
    const cap = maxCost === undefined ? 'no cap on cost' : `at most $${maxCost.toFixed(2)} for a run`;
    findings.push(ok('limits', `${tierText(workspace)}; ${cap}`));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    findings.push({ check: 'limits', verdict: 'error', message });
  }
  if (settings.tier === 'free') {
    findings.push({
      check: 'tier',
      verdict: 'error',
      message: 'The free tier has no Batch API.',
      advice: 'State your tier in nx.json (plugin option "tier"), or make single pictures with chargen now.',
    });
  }
  return findings;
}

function tierText({ settings }: Workspace): string {
  const limit = queueLimit(settings.generationModel, settings.tier);
  const tokens = Number.isFinite(limit) ? `${limit.toLocaleString('en-US')} queued tokens` : 'queue unknown';
  return `${settings.tier}, ${tokens} for ${settings.generationModel}, ${settings.maxOpenJobs} jobs at once`;
}

function surprises(env: Io['env']): Finding[] {
  const set = (name: string): boolean => (env[name] ?? '') !== '' && env[name] !== 'false';
  const findings: Finding[] = [];
  const add = (check: string, message: string, advice?: string): void => {
    findings.push({ check, verdict: 'note', message, ...(advice === undefined ? {} : { advice }) });
  };
  if (set('NX_SKIP_NX_CACHE') || set('NX_DISABLE_NX_CACHE')) {
    add(
      'nx-cache',
      'The cache of Nx is switched off by the environment; pictures are still never paid twice.',
    );
  }
  if (variableOf(env, 'CHARGEN_SUBMIT') === 'never') {
    add('submit', 'CHARGEN_SUBMIT is "never": runs collect and ask for nothing new.');
  }
  const wait = variableOf(env, 'CHARGEN_WAIT');
  if (wait !== undefined) add('wait', `CHARGEN_WAIT is "${wait}": runs end after that time.`);
  const store = variableOf(env, 'CHARGEN_STORE_REMOTE');
  if (store !== undefined) add('shared-store', `Results are shared through ${store}.`);
  if (set('GOOGLE_GENAI_USE_VERTEXAI'))
    add('vertex', 'GOOGLE_GENAI_USE_VERTEXAI is set and has no effect here.');
  return findings;
}

/** Target defaults of the workspace, and files of Nx in folders of entities, go over what the plugin infers. */
function defaultsOfNx(workspace: Workspace): Finding[] {
  return targetDefaultsOf(workspace).map(({ message, advice }) => ({
    check: 'target-defaults',
    verdict: 'warning',
    message,
    advice,
  }));
}
