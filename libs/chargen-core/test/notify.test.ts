import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hasNews, notify, REAL_PLACES, type RunReport } from '../src/index.js';
import { NO_COST } from '../src/plan/index.js';
import { countOutcomes, type SceneOutcome } from '../src/report/outcome.js';

const KEY = 'test-key-of-thirty-nine-characters-00000';

function reportOf(outcome: SceneOutcome['outcome'], more: Partial<RunReport> = {}): RunReport {
  const scene: SceneOutcome = {
    scene: 'character/a/b',
    title: 'B',
    key: undefined,
    picture: undefined,
    outcome,
  };
  const entity = { root: 'a', file: 'a/imagery.yaml', id: 'character/a', diagnostics: [], verdict: 'done' };
  return {
    v: 1,
    target: 'generate',
    mode: 'real',
    runId: 'run-1',
    startedAt: '2026-11-28T12:00:00.000Z',
    durationMs: 1,
    totals: countOutcomes([scene]),
    entities: [{ ...entity, verdict: 'done', scenes: [scene] }],
    estimate: NO_COST,
    costUsd: 0.07,
    stop: undefined,
    stopMessage: undefined,
    ...more,
  };
}

const MADE = reportOf({ kind: 'generated', costUsd: 0.07, warnings: [] });
const LIMITS = { address: 2_000, command: 20_000 };

describe('the end of a run', () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });

  async function folder(): Promise<string> {
    // A path with a space and a quote, which no shell may take apart.
    const made = await mkdtemp(join(tmpdir(), "chargen notify's-"));
    cleanups.push(() => rm(made, { recursive: true, force: true }));
    return made;
  }

  async function server(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<string> {
    const listening = createServer(answer);
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    cleanups.push(
      () =>
        new Promise((resolve) => {
          listening.closeAllConnections();
          listening.close(() => {
            resolve();
          });
        }),
    );
    return `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}`;
  }

  function tell(
    wanted: string,
    root = '/nowhere',
    report = MADE,
    limits = LIMITS,
  ): Promise<string | undefined> {
    const secrets = { GEMINI_API_KEY: KEY, OTHER_NAME: `Bearer ${KEY}`, CHARGEN_STORE_TOKEN: 'store-token' };
    const environment = { PATH: process.env['PATH'], ...secrets, CHARGEN_NOTIFY: wanted };
    return notify(environment, { workspaceRoot: root, places: REAL_PLACES }, report, limits);
  }

  it('gives a command the path of the report, and none of the secrets', async () => {
    const root = await folder();
    const told = join(await folder(), 'told');
    const script = `f() { { env; echo "report=$1"; } > "${told}"; }; f`;
    expect(await tell(script, root)).toBeUndefined();
    const text = await readFile(told, 'utf8');
    expect(text).toContain(`report=${join(root, '.chargen/batch/run-1/report.json')}\n`);
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('store-token');
    expect(await tell(script, root, { ...MADE, runId: undefined })).toBeUndefined();
    expect(await readFile(told, 'utf8')).toContain(
      `report=${join(root, '.chargen/batch/last-report.json')}\n`,
    );
  });

  it('warns of a command that fails, is not there, or takes too long, and goes on', async () => {
    expect(await tell('echo no such channel >&2; exit 3; true')).toContain(
      'its command ended with 3: no such channel',
    );
    expect(await tell('chargen-no-such-command')).toContain('its command ended with 127');
    expect(await tell('sleep 600; true', '/nowhere', MADE, { ...LIMITS, command: 50 })).toContain(
      'its command did not end in time, and was stopped',
    );
  });

  it('posts the report to an address as JSON', async () => {
    const bodies: unknown[] = [];
    const address = await server((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        bodies.push(request.method, request.headers['content-type'], JSON.parse(body));
        response.writeHead(204).end();
      });
    });
    expect(await tell(`${address}/hook?token=secret-1`)).toBeUndefined();
    expect(bodies).toEqual(['POST', 'application/json', JSON.parse(JSON.stringify(MADE))]);
  });

  it('follows no redirect, and names no address in its warnings', async () => {
    let followed = 0;
    const other = await server((_request, response) => {
      followed += 1;
      response.end();
    });
    const address = await server((request, response) => {
      if (request.url?.startsWith('/moved') === true) response.writeHead(307, { location: other }).end();
      else if (request.url?.startsWith('/gone') === true) response.writeHead(410).end();
      // Any other request is never answered.
    });
    const moved = await tell(`${address}/moved?token=secret-1`);
    expect(moved).toContain('redirects to another address (307), which is not followed');
    expect(followed).toBe(0);
    const gone = await tell(`${address}/gone?token=secret-1`);
    expect(gone).toContain('127.0.0.1 answered 410');
    const late = await tell(`${address}/late?token=secret-1`, '/nowhere', MADE, { ...LIMITS, address: 50 });
    expect(late).toContain('did not answer in time');
    const closed = await tell('http://localhost:9/?token=secret-1');
    expect(closed).toContain('localhost cannot be reached');
    for (const warning of [moved, gone, late, closed]) expect(warning).not.toContain('secret-1');
  });

  it('goes to another machine by https only', async () => {
    expect(await tell('http://hooks.example.org/x')).toContain(
      'an address other than one of this machine must begin with https (hooks.example.org)',
    );
    expect(await tell('https://')).toContain('its address cannot be read');
  });

  it('is news only if something came, failed or is left undone for another reason than time', () => {
    const open = { kind: 'pending', why: 'w', retryable: true } as const;
    expect(hasNews(MADE)).toBe(true);
    expect(hasNews(reportOf({ kind: 'done' }))).toBe(false);
    expect(hasNews(reportOf({ kind: 'locked' }))).toBe(false);
    expect(hasNews(reportOf(open, { stop: { kind: 'no-key', message: 'none' } }))).toBe(true);
    expect(hasNews(reportOf(open, { stop: { kind: 'interrupted' } }))).toBe(false);
    const waiting = reportOf(open, { stop: { kind: 'wait-over' } });
    expect(hasNews(waiting)).toBe(false);
    expect(hasNews({ ...waiting, costByRun: [{ run: 'r', answers: 1, costUsd: 0.07 }] })).toBe(true);
    expect(hasNews({ ...MADE, stop: { kind: 'interrupted' } })).toBe(false);
  });

  it('says nothing of previews, nor if nothing is asked for', async () => {
    expect(await tell('exit 1; true', '/nowhere', { ...MADE, mode: 'preview' })).toBeUndefined();
    expect(await tell('exit 1; true', '/nowhere', reportOf({ kind: 'done' }))).toBeUndefined();
    expect(await tell('')).toBeUndefined();
  });
});
