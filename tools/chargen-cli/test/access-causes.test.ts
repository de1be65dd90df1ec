import { afterEach, expect, it } from 'vitest';
import type { HttpFault } from 'gemini-emulator';
import { Service } from '../../../test/support/service.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import type { Finding } from '../src/doctor/finding.js';
import { checkService } from '../src/doctor/service.js';
import { openWorkspace } from '../src/workspace/open-workspace.js';
import { inWorkspace, jsonOf, PLAIN_NX } from './support/workspace-run.js';

const ADA = `entity_type: character
name: Ada
scenes:
  - id: one
    title: One
    prompt: Ada walks along a sea wall.
`;

const LEAKED = 'Your API key was reported as leaked. Please use another API key.';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A world of one picture, whose service gives the same answer to everything that the fault reaches. */
async function worldWith(fault: HttpFault, onlyCreates: boolean): Promise<[TestWorkspace, Service]> {
  const service = await Service.start();
  open.push(() => service.close());
  const workspace = await TestWorkspace.create({ files: { 'content/characters/ada/imagery.yaml': ADA } });
  open.push(() => workspace.remove());
  await workspace.installNx(PLAIN_NX);
  service.serve(workspace);
  const match = onlyCreates ? { match: { route: 'batches.create' as const } } : {};
  service.emulator.faults.arm({ fault, times: 'always', ...match });
  return [workspace, service];
}

it('prepaid credit that is used up ends a run at once, with the words of Google and where to add credit', async () => {
  const message = 'Your prepayment credits are depleted. Please go to AI Studio to manage your billing.';
  const [workspace, service] = await worldWith({ kind: 'http-error', status: 429, message }, true);
  const run = await inWorkspace(workspace, ['batch', 'generate', '--yes']);
  expect(run.code).toBe(6);
  const said = run.stdout + run.stderr;
  expect(said).toContain('Your prepayment credits are depleted');
  expect(said).toContain('https://aistudio.google.com/billing');
  expect(said).toContain('Nothing was submitted');
  expect(said).not.toMatch(/still running at google/i);
  expect(service.billed()).toEqual([]);
  const creates = service.emulator.ledger.requests().filter(({ route }) => route === 'batches.create');
  expect(creates).toHaveLength(1);
}, 180_000);

it('a key that was reported as leaked ends a run as one that Google does not take', async () => {
  const fault = { kind: 'http-error', status: 403, message: LEAKED } as const;
  const [workspace] = await worldWith(fault, false);
  const run = await inWorkspace(workspace, ['batch', 'generate', '--yes']);
  expect(run.code).toBe(6);
  const said = run.stdout + run.stderr;
  expect(said).toContain('Google does not take the API key: Your API key was reported as leaked');
  expect(said).toContain('Delete it and make another one at https://aistudio.google.com/apikey');
  expect(said).not.toMatch(/still running at google/i);
}, 180_000);

it('doctor ends with 6 and names the key, or the money, and no model', async () => {
  for (const [check, fault] of [
    ['key', { kind: 'http-error', status: 403, message: LEAKED }],
    ['billing', { kind: 'http-error', status: 429, message: 'Your prepayment credits are depleted.' }],
  ] as const) {
    const [workspace] = await worldWith(fault, false);
    const { code, data } = await jsonOf<{ findings: Finding[] }>(workspace, ['doctor']);
    expect(code).toBe(6);
    const errors = data.findings.filter(({ verdict }) => verdict === 'error');
    expect(errors.map((one) => one.check)).toEqual([check]);
    expect(JSON.stringify(data.findings)).not.toContain('does not know it');
  }
}, 120_000);

it.each([
  ['blocked this key for good', { message: LEAKED }],
  [
    'Enable the Generative Language API',
    { message: 'Generative Language API has not been used in project 1.', reason: 'SERVICE_DISABLED' },
  ],
  ['API restrictions', { message: 'Blocked.', reason: 'API_KEY_SERVICE_BLOCKED' }],
  ['IP restrictions', { message: 'No.', reason: 'API_KEY_IP_ADDRESS_BLOCKED' }],
  ['referrer restriction', { message: 'No.', reason: 'API_KEY_HTTP_REFERRER_BLOCKED' }],
])('doctor says the words of Google about a key, and the remedy: %s', async (remedy, answer) => {
  const [workspace, service] = await worldWith({ kind: 'http-error', status: 403, ...answer }, false);
  const env = { GEMINI_API_KEY: 'test-key-1', GOOGLE_GEMINI_BASE_URL: service.emulator.url };
  const opened = await openWorkspace({ root: workspace.root, json: false, profile: undefined });
  const findings = await checkService(opened, env, undefined, true, new AbortController().signal);
  const errors = findings.filter(({ verdict }) => verdict === 'error');
  expect(errors.map((one) => one.check)).toEqual(['key']);
  expect(errors[0]?.message).toContain(answer.message.replace(/\.$/, ''));
  expect(errors[0]?.message).toContain(remedy);
});
