import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UploadedFile } from '../src/gemini/index.js';
import { UploadLedger, uploadMark } from '../src/run/submit/uploads.js';
import { SYSTEM_CLOCK } from '../src/util/clock.js';
import { sha256Hex } from '../src/util/digest.js';

const PORTRAIT = sha256Hex('portrait');
const HAND = sha256Hex('hand');
const { signal } = new AbortController();

/** What Google has, by name, and how often it was asked. */
class Service {
  readonly keyFingerprint = 'key';
  readonly files = new Map<string, UploadedFile>();
  asked = 0;

  put(name: string, sha256: string): UploadedFile {
    const file: UploadedFile = {
      name,
      uri: `https://files/${name}`,
      state: 'ACTIVE',
      rawState: 'ACTIVE',
      displayName: `chargen/world/run/${uploadMark(sha256)}`,
      sizeBytes: 1,
      expiresAt: SYSTEM_CLOCK.now() + 48 * 3_600_000,
      createdAt: SYSTEM_CLOCK.now(),
      unknown: [],
    };
    this.files.set(name, file);
    return file;
  }

  readonly findFile = (name: string): Promise<UploadedFile | undefined> => {
    this.asked += 1;
    return Promise.resolve(this.files.get(name));
  };
}

describe('the ledger of uploads', () => {
  let folder: string;
  let service: Service;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargen-uploads-'));
    service = new Service();
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  function open(): UploadLedger {
    return new UploadLedger(join(folder, 'uploads.json'), SYSTEM_CLOCK, join(folder, '.tmp'));
  }

  it('finds an upload of an earlier process, and asks for it once', async () => {
    await open().keep(service, PORTRAIT, service.put('files/one', PORTRAIT));
    const ledger = open();
    expect((await ledger.find(service, PORTRAIT, signal))?.name).toBe('files/one');
    expect((await ledger.find(service, PORTRAIT, signal))?.name).toBe('files/one');
    expect(service.asked).toBe(1);
  });

  it('takes no file for an upload that a service begun anew gave the same name', async () => {
    await open().keep(service, PORTRAIT, service.put('files/one', PORTRAIT));
    service.put('files/one', HAND);
    expect(await open().find(service, PORTRAIT, signal)).toBeUndefined();
  });

  it('asks again for one that another process wrote in place of the one that is known', async () => {
    const ledger = open();
    await open().keep(service, PORTRAIT, service.put('files/old', PORTRAIT));
    const old = await readFile(ledger.path, 'utf8');
    await ledger.keep(service, PORTRAIT, service.put('files/new', PORTRAIT));
    service.files.delete('files/old');
    await writeFile(ledger.path, old);
    ledger.reload();
    expect(await ledger.find(service, PORTRAIT, signal)).toBeUndefined();
  });

  it('keeps all uploads that come side by side', async () => {
    const digests = Array.from({ length: 20 }, (_, n) => sha256Hex(String(n)));
    const ledger = open();
    const kept = digests.map((sha256, n) =>
      ledger.keep(service, sha256, service.put(`files/${String(n)}`, sha256)),
    );
    await Promise.all(kept);
    const again = open();
    for (const [n, sha256] of digests.entries()) {
      expect((await again.find(service, sha256, signal))?.name).toBe(`files/${String(n)}`);
    }
  });
});
