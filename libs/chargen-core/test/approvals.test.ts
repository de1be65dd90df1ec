import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished, describe, expect, it, vi } from 'vitest';
import { ContentReader, FileDigests, findImageryFiles, type Entity } from '../src/index.js';
import {
  approvalsOf,
  reviewScene,
  reviewScenes,
  type ApprovalContext,
  type Review,
} from '../src/record/approvals.js';
import { sha256Hex } from '../src/util/digest.js';

const ENTITY = 'content/characters/mira';
const FILE = `${ENTITY}/approval.jsonl`;
const NOON = Date.UTC(2026, 10, 28, 12);
const MINUTE = 60_000;

/** Bytes that stand for a picture: what a file holds is not looked at here, only its digest. */
const RED = Buffer.from('the red one');
const BLUE = Buffer.from('the blue one');

/** Counts how often a file gets new content: it is put in its place by a link. */
function writesOf(path: string): () => number {
  const link = vi.spyOn(fs, 'linkSync');
  syncBuiltinESMExports();
  onTestFinished(() => {
    link.mockRestore();
    syncBuiltinESMExports();
  });
  return () => link.mock.calls.filter(([, to]) => to === path).length;
}

class Reviewers {
  private constructor(readonly root: string) {}

  static async create(scenes: readonly string[] = ['first', 'second', 'third']): Promise<Reviewers> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'chargen-approval-')));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const world = new Reviewers(root);
    await world.ask(scenes);
    for (const id of scenes) await world.write(`${ENTITY}/images/${id}.png`, Buffer.from(`picture of ${id}`));
    return world;
  }

  /** Writes an imagery.yaml with these scenes. */
  ask(scenes: readonly string[]): Promise<void> {
    const list = scenes.map((id) => `  - {id: ${id}, title: T, prompt: P}\n`).join('');
    return this.write(`${ENTITY}/imagery.yaml`, `entity_type: character\nname: Mira\nscenes:\n${list}`);
  }

  async write(path: string, data: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.root, path)), { recursive: true });
    await writeFile(join(this.root, path), data);
  }

  read(path = FILE): Promise<string> {
    return readFile(join(this.root, path), 'utf8');
  }

  async entity(): Promise<Entity> {
    const files = await findImageryFiles(this.root, 'content');
    const entity = new ContentReader(this.root).load(files, undefined).entities[0]?.entity;
    if (entity === undefined) throw new Error('There is no entity.');
    return entity;
  }

  async review(id: string, review: Review, now = NOON) {
    const entity = await this.entity();
    const scene = entity.scenes.find((one) => one.id === id);
    if (scene === undefined) throw new Error(`There is no scene ${id}.`);
    return reviewScene(await this.context(), entity, scene, review, now);
  }

  async states(): Promise<Record<string, string>> {
    const found = await this.approvals();
    return Object.fromEntries([...found.scenes].map(([id, { state }]) => [id, state]));
  }

  async approvals() {
    return approvalsOf(await this.context(), await this.entity());
  }

  git(...args: string[]): string {
    const name = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...name, ...args], { cwd: this.root, encoding: 'utf8' });
  }

  async context(): Promise<ApprovalContext> {
    return { workspaceRoot: this.root, digests: await FileDigests.open(this.root) };
  }
}

describe('an approval', () => {
  it('is one sorted line a scene, with the digest of the picture that was seen', async () => {
    const world = await Reviewers.create();
    await world.review('second', { state: 'approved' });
    await world.review('first', { state: 'rejected', note: 'The hands\n  are wrong.' }, NOON + MINUTE);
    const seen = (id: string) => sha256Hex(Buffer.from(`picture of ${id}`));
    expect(await world.read()).toBe(
      `{"scene":"first","verdict":"rejected","picture":"${seen('first')}","at":"2026-11-28T12:01:00.000Z","note":"The hands are wrong."}\n` +
        `{"scene":"second","verdict":"approved","picture":"${seen('second')}","at":"2026-11-28T12:00:00.000Z"}\n`,
    );
    expect(await world.states()).toEqual({ first: 'rejected', second: 'approved', third: 'unreviewed' });
  });

  it('is one of the bytes: another picture is unreviewed, and the same one again is not', async () => {
    const world = await Reviewers.create();
    const path = `${ENTITY}/images/first.png`;
    await world.write(path, RED);
    await world.review('first', { state: 'approved' });
    await world.write(path, BLUE);
    expect((await world.states())['first']).toBe('unreviewed');
    await world.write(path, RED);
    expect((await world.states())['first']).toBe('approved');
  });

  it('is taken back only if nothing else was decided since', async () => {
    const world = await Reviewers.create();
    await world.review('first', { state: 'rejected', note: 'Too\ndark.' });
    const undo = { state: 'unreviewed', instead: { state: 'rejected', note: 'Too dark.' } } as const;
    await world.review('first', { state: 'approved' }, NOON + MINUTE);
    expect(await world.review('first', undo)).toMatchObject({
      kind: 'refused',
      since: { state: 'approved' },
    });
    expect((await world.states())['first']).toBe('approved');
    await world.review('first', { state: 'rejected', note: 'Too dark.' });
    expect((await world.review('first', undo)).kind).toBe('written');
    // Of another page, that takes the same back.
    expect((await world.review('first', undo)).kind).toBe('unchanged');
  });

  it('holds for the Git LFS pointer to the picture', async () => {
    const world = await Reviewers.create();
    const path = `${ENTITY}/images/first.png`;
    await world.write(path, RED);
    await world.review('first', { state: 'approved' });
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256Hex(RED)}\nsize ${RED.length}\n`;
    await world.write(path, pointer);
    expect((await world.states())['first']).toBe('approved');
  });

  it('is replaced by the next one, and taken back', async () => {
    const world = await Reviewers.create();
    await world.review('first', { state: 'rejected', note: 'dark' });
    await world.review('first', { state: 'approved' });
    expect((await world.read()).trim().split('\n')).toHaveLength(1);
    expect(await world.review('first', { state: 'approved' })).toMatchObject({ kind: 'unchanged' });
    const back = await world.review('first', { state: 'unreviewed' });
    expect(back).toMatchObject({ kind: 'written', before: { state: 'approved' } });
    expect(await world.states()).toMatchObject({ first: 'unreviewed' });
    expect(await world.read()).toBe('');
  });

  it('stays with the picture of a scene that was renamed', async () => {
    const world = await Reviewers.create();
    await world.review('first', { state: 'approved' });
    await world.ask(['opening', 'second', 'third']);
    await world.write(`${ENTITY}/images/opening.png`, Buffer.from('picture of first'));
    expect(await world.states()).toMatchObject({ opening: 'approved', second: 'unreviewed' });
  });

  it('is not written for a scene without a picture, or for another picture than was seen', async () => {
    const world = await Reviewers.create();
    await rm(join(world.root, ENTITY, 'images/first.png'));
    expect(await world.review('first', { state: 'approved' })).toMatchObject({
      kind: 'refused',
      why: 'character/mira/first has no picture that could be reviewed.',
    });
    expect(await world.review('second', { state: 'approved', seen: sha256Hex(RED) })).toMatchObject({
      kind: 'refused',
      why: 'character/mira/second has another picture by now. Look at it first.',
    });
    await expect(world.read()).rejects.toThrow(/ENOENT/);
  });

  it('of several processes at once loses none', async () => {
    const world = await Reviewers.create();
    await Promise.all(['first', 'second', 'third'].map((id) => world.review(id, { state: 'approved' })));
    expect(await world.states()).toEqual({ first: 'approved', second: 'approved', third: 'approved' });
  });
});

describe('reviews of several pictures', () => {
  it('are one write, and each sees those before it', async () => {
    const world = await Reviewers.create();
    const entity = await world.entity();
    const writes = writesOf(join(world.root, FILE));
    const outcomes = await reviewScenes(
      await world.context(),
      entity,
      [
        ['first', { state: 'approved' }],
        ['second', { state: 'rejected', note: 'too dark' }],
        ['first', { state: 'unreviewed', instead: { state: 'approved', note: '' } }],
        ['second', { state: 'approved', seen: sha256Hex(RED) }],
        ['second', { state: 'approved', instead: { state: 'unreviewed', note: '' } }],
        ['third', { state: 'approved' }],
      ].flatMap(([id, review]) =>
        entity.scenes
          .filter((scene) => scene.id === id)
          .map((scene) => ({ scene, review: review as Review })),
      ),
      NOON,
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'written',
      'written',
      'written',
      'refused',
      'refused',
      'written',
    ]);
    expect(outcomes[2]).toMatchObject({ before: { state: 'approved' } });
    expect(outcomes[4]).toMatchObject({ since: { state: 'rejected', note: 'too dark' } });
    expect(writes()).toBe(1);
    expect(await world.states()).toEqual({ first: 'unreviewed', second: 'rejected', third: 'approved' });
  });
});

describe('a damaged approval file', () => {
  it('loses nothing: its whole lines count, and nothing is written until it is corrected', async () => {
    const world = await Reviewers.create();
    await world.review('first', { state: 'approved' });
    const damaged = `${await world.read()}{"scene":"second","verd`;
    await world.write(FILE, damaged);
    const { scenes, diagnostics } = await world.approvals();
    expect(scenes.get('first')?.state).toBe('approved');
    expect(diagnostics).toMatchObject([{ code: 'approval-damaged', file: FILE, line: 2 }]);
    expect(await world.review('third', { state: 'approved' })).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining(`${FILE}:2: This line is not JSON`) as string,
    });
    expect(await world.read()).toBe(damaged);
  });

  it('with marks of a merge says which lines to keep', async () => {
    const world = await Reviewers.create();
    await world.review('first', { state: 'approved' });
    await world.write(FILE, `<<<<<<< HEAD\n${await world.read()}=======\n>>>>>>> theirs\n`);
    const { scenes, diagnostics } = await world.approvals();
    expect(scenes.get('first')?.state).toBe('approved');
    expect(diagnostics.map(({ line, message }) => [line, message.split('.')[0]])).toEqual([
      [1, 'A merge was not finished here'],
      [3, 'A merge was not finished here'],
      [4, 'A merge was not finished here'],
    ]);
  });

  it('that is no text is left as it is', async () => {
    const world = await Reviewers.create();
    await world.write(FILE, Buffer.from([0xff, 0xfe, 0x00]));
    expect((await world.approvals()).diagnostics[0]?.message).toMatch(/not UTF-8/);
    expect(await world.review('first', { state: 'approved' })).toMatchObject({ kind: 'refused' });
  });
});

describe('the approvals of two people', () => {
  it('merge without a conflict; of one picture the later decision counts', async () => {
    const world = await Reviewers.create();
    world.git('init', '-q', '-b', 'main');
    await world.write('.gitattributes', '*.psd binary');
    world.git('add', '.');
    world.git('commit', '-qm', 'pictures');
    world.git('checkout', '-qb', 'theirs');
    await world.review('second', { state: 'approved' });
    await world.review('third', { state: 'approved' });
    world.git('add', '.');
    world.git('commit', '-qm', 'theirs');
    world.git('checkout', '-q', 'main');
    await world.review('first', { state: 'approved' });
    await world.review('third', { state: 'rejected', note: 'no boat' }, NOON + MINUTE);
    world.git('add', '.');
    world.git('commit', '-qm', 'ours');
    world.git('merge', '-q', 'theirs', '-m', 'merged');
    expect(await world.read('.gitattributes')).toBe('*.psd binary\n**/approval.jsonl merge=union\n');
    expect(await world.states()).toEqual({ first: 'approved', second: 'approved', third: 'rejected' });
    // The next one puts the lines in order again.
    await world.review('second', { state: 'rejected' }, NOON + 2 * MINUTE);
    const scenes = [...(await world.read()).matchAll(/"scene":"(\w+)"/g)].map(([, id]) => id);
    expect(scenes).toEqual(['first', 'second', 'third', 'third']);
  });
});
