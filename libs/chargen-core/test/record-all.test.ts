import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ContentReader, findImageryFiles, SYSTEM_CLOCK, WorkspaceLock, type Entity } from '../src/index.js';
import { recordParts } from '../src/commands/record-parts.js';
import { recordAll } from '../src/record/record-all.js';
import type { Outcome } from '../src/report/outcome.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chargen-records-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const fileOf = (n: number): string => `content/characters/ada-${String(n).padStart(3, '0')}/imagery.yaml`;

async function entities(count: number): Promise<{ entity: Entity }[]> {
  for (let n = 0; n < count; n += 1) {
    mkdirSync(dirname(join(root, fileOf(n))), { recursive: true });
    writeFileSync(join(root, fileOf(n)), 'entity_type: character\nname: Ada\nscenes: []\n');
  }
  const world = new ContentReader(root).load(await findImageryFiles(root, 'content'), undefined);
  return world.entities.flatMap(({ entity }) => (entity === undefined ? [] : [{ entity }]));
}

it('says how far it is with many files, and nothing with few', async () => {
  const wishes = await entities(120);
  const lines: string[] = [];
  const options = { prompts: false, say: (line: string) => lines.push(line) };
  expect(await recordAll(root, wishes, options)).toBe(true);
  expect(lines).toEqual([
    'Records in imagery.yaml: 50 of 120 files.',
    'Records in imagery.yaml: 100 of 120 files.',
  ]);
  lines.length = 0;
  expect(await recordAll(root, wishes.slice(0, 40), options)).toBe(true);
  expect(lines).toEqual([]);
});

it('names the files that were left in one line, however many they are', async () => {
  const wishes = await entities(7);
  // Each became unreadable after the world was read.
  for (let n = 0; n < 7; n += 1) writeFileSync(join(root, fileOf(n)), Buffer.from([0xff, 0xfe, 0x00]));
  const lines: string[] = [];
  expect(await recordAll(root, wishes, { prompts: false, say: (line) => lines.push(line) })).toBe(false);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('7 files were left without the new record: ');
  expect(lines[0]).toContain(`${fileOf(4)} (`);
  expect(lines[0]).toContain(' and 2 more. Try: npx chargen record');
  expect(lines[0]).not.toContain(fileOf(5));
});

it('does not read a file with nothing to record, and takes a record out whose picture is gone', async () => {
  const wishes = await entities(2);
  const broken = 'entity_type: character\nscenes: [\n';
  writeFileSync(join(root, fileOf(0)), broken);
  const before = readFileSync(join(root, fileOf(1)), 'utf8');
  writeFileSync(join(root, fileOf(1)), `${before}generated_images:\n  - custom_id: gone\n`);
  expect(await recordAll(root, wishes, { prompts: false, say: () => undefined })).toBe(true);
  expect(readFileSync(join(root, fileOf(0)), 'utf8')).toBe(broken);
  expect(readFileSync(join(root, fileOf(1)), 'utf8')).toBe(before);
});

it('waits for another command that writes records, and says so once', async () => {
  const wishes = await entities(3);
  const lines: string[] = [];
  let isOver = false;
  const lock = new WorkspaceLock(join(root, '.chargen', 'record', '.lock'), SYSTEM_CLOCK);
  const request = {
    what: 'write records',
    signal: new AbortController().signal,
    until: Date.now() + 60_000,
    onWait: () => undefined,
  };
  let second: Promise<boolean> | undefined;
  await lock.hold(request, async () => {
    await new Promise<void>((resolve) => {
      const say = (line: string): void => {
        lines.push(line);
        resolve();
      };
      second = recordAll(root, wishes, {
        prompts: false,
        say,
        onRecorded: () => {
          expect(isOver).toBe(true);
        },
      });
    });
    isOver = true;
  });
  expect(await second).toBe(true);
  expect(lines).toEqual(['Another command writes records into imagery.yaml files; this one waits for it.']);
});

it('after a run reports what it made and could not record, and leaves what was done before alone', async () => {
  await entities(3);
  const world = new ContentReader(root).load(await findImageryFiles(root, 'content'), undefined);
  for (let n = 0; n < 3; n += 1) writeFileSync(join(root, fileOf(n)), Buffer.from([0xff, 0xfe, 0x00]));
  const outcomes: Outcome[] = [{ kind: 'done' }, { kind: 'reused', warnings: [] }, { kind: 'done' }];
  const report = {
    target: 'generate' as const,
    entities: world.entities.map(({ id, folder: { root: folder, file } }, n) => ({
      root: folder,
      file,
      id,
      scenes: outcomes
        .slice(n, n + 1)
        .map((outcome) => ({ scene: `${id}/a`, title: 'A', key: undefined, picture: undefined, outcome })),
      diagnostics: [],
      verdict: 'done' as const,
    })),
  };
  const lines: string[] = [];
  const options = { prompts: false, say: (line: string) => lines.push(line) };
  expect(await recordParts(root, world, report, options)).toBe(false);
  expect(lines.join()).toContain(`1 file was left without the new record: ${fileOf(1)} (`);
});
