import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runCi } from '../src/ci/cli.js';
import { imageryFileOf, isPictureFile } from '../src/ci/picture-paths.js';
import { createNodes } from '../src/graph/create-nodes.js';

const ENTITY = 'content/characters/mira';
const IMAGERY = `${ENTITY}/imagery.yaml`;

describe('approvals', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'chargen-approved-'));
    await write('nx.json', '{"plugins":[{"plugin":"chargen-plugin","options":{"contentRoot":"content"}}]}');
    await write(
      IMAGERY,
      'entity_type: character\nname: Mira\nscenes:\n  - {id: first, title: T, prompt: P}\n',
    );
    await write(`${ENTITY}/images/first.png`, 'a picture');
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  function approve(verdict: string): Promise<void> {
    const picture = createHash('sha256').update('a picture').digest('hex');
    const line = { scene: 'first', verdict, picture, at: '2026-11-28T12:00:00.000Z' };
    return write(`${ENTITY}/approval.jsonl`, `${JSON.stringify(line)}\n`);
  }

  it('are required by a step that fails until all pictures have one', async () => {
    const step = async (): Promise<[number, string]> => {
      const output = join(root, 'output');
      await writeFile(output, '');
      const code = await runCi(['approved'], { cwd: root, env: { GITHUB_OUTPUT: output } });
      return [code, (await readFile(output, 'utf8')).trim()];
    };
    expect(await step()).toEqual([1, 'approved=false']);
    await approve('rejected');
    expect(await step()).toEqual([1, 'approved=false']);
    await approve('approved');
    expect(await step()).toEqual([0, 'approved=true']);
    await write(`${ENTITY}/images/first.png`, 'another picture');
    expect(await step()).toEqual([1, 'approved=false']);
    await write(`${ENTITY}/images/first.png`, 'a picture');
    await write(`${ENTITY}/approval.jsonl`, '{"scene":');
    expect(await step()).toEqual([1, 'approved=false']);
  });
});

describe('a task of ours', () => {
  it('has neither approvals nor the number of takes in what its hash is made of', async () => {
    const root = await mkdtemp(join(tmpdir(), 'chargen-approved-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    };
    const scene = (fields: string) =>
      `entity_type: character\nname: Mira\nscenes:\n  - {id: first, title: T, prompt: P${fields}}\n`;
    const targets = async () => {
      const [, infer] = createNodes;
      const context = { workspaceRoot: root, nxJsonConfiguration: {} };
      const [found] = await infer([IMAGERY], { contentRoot: 'content' }, context);
      return Object.values(found?.[1].projects ?? {})[0]?.targets;
    };
    await write(IMAGERY, scene(''));
    const before = await targets();
    expect(Object.keys(before ?? {})).toEqual(['generate', 'analyze']);
    await write(`${ENTITY}/approval.jsonl`, '{"scene":"first"}\n');
    await write(IMAGERY, scene(', takes: 4'));
    await write('style.yaml', 'takes: 3\n');
    expect(await targets()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('approval');
    // Every input is a path of its own: none stands for all files of the folder.
    const inputs = Object.values(before ?? {}).flatMap((target) => target.inputs ?? []);
    expect(inputs.filter((input) => typeof input === 'string' && input.includes('*'))).toEqual([]);
    await write(IMAGERY, scene(', take: 2'));
    expect(await targets()).not.toEqual(before);
  });
});

describe('a pull request of pictures', () => {
  it('holds the takes of a scene too', () => {
    const take = `${ENTITY}/images/takes/first@2.png`;
    expect(isPictureFile(take)).toBe(true);
    expect(isPictureFile(`${ENTITY}/images/takes/first@2.recipe.json`)).toBe(true);
    expect(imageryFileOf(take)).toBe(IMAGERY);
    expect(imageryFileOf(`${ENTITY}/images/first.png`)).toBe(IMAGERY);
    expect(isPictureFile(`${ENTITY}/images/preview/first.png`)).toBe(false);
    expect(isPictureFile(`${ENTITY}/takes/first@2.png`)).toBe(false);
    expect(isPictureFile(`${ENTITY}/approval.jsonl`)).toBe(false);
  });
});
