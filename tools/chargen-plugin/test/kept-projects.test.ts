import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AuthoredDigests, ContentReader } from 'chargen-core/graph';
import { stampOf } from 'chargen-core/look';
import { findImageryFiles } from 'chargen-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../../test/support/workspace.js';
import { entityProject } from '../src/graph/entity-project.js';
import { entityProjects } from '../src/graph/create-nodes.js';
import { KeptProjects } from '../src/graph/kept-projects.js';
import { knownWorld, lookedEntities } from '../src/graph/known-world.js';
import { madeProjects } from '../src/graph/made-projects.js';
import { projectNames } from '../src/graph/project-names.js';
import { worldEntryOf } from '../src/world-entries.js';

const REED_KING = 'content/characters/reed-king/imagery.yaml';
const MARETTA = 'content/characters/maretta-quill/imagery.yaml';
const TWIN = 'content/more/characters/reed-king';
const entry = worldEntryOf({ contentRoot: 'content', workspaceId: 'kept' }, undefined);

describe('the projects kept for the next process', () => {
  let root: string;
  let file: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'chargen-projects-'));
    file = join(root, 'data', 'projects');
    await cp(join(REPOSITORY, 'content'), join(root, 'content'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  /** As a process of its own does, with which projects it had to make. Files just written are known by no stamp. */
  async function infer(kept: KeptProjects, now = Date.now(), reads: ContentReader['reads'] = 'outlines') {
    const files = await findImageryFiles(root, 'content');
    const stamp = stampOf(root, [entry.styleFile], now);
    const surroundings = { stamp, stampOf: (one: string) => stampOf(root, [one], now) };
    const quick = kept.ifUnchanged(files, surroundings);
    const world = new ContentReader(root, reads).load(files, entry.styleFile);
    const names = projectNames(world.entities);
    const digests = new AuthoredDigests(world, entry.settings);
    const made: string[] = [];
    const projects = madeProjects(kept, world, names, surroundings.stampOf, (loaded, links) => {
      made.push(loaded.folder.file);
      return entityProject(names.get(loaded.folder.root) ?? '', loaded, links, digests, entry);
    });
    kept.save([...projects.keys()], stamp, entry);
    const looked = kept.lookedIfUnchanged(surroundings);
    return { made, quick, looked, projects: JSON.parse(JSON.stringify([...projects])) as unknown };
  }

  const edit = async (path: string, from: RegExp, to: string): Promise<void> => {
    const text = await readFile(join(root, path), 'utf8');
    expect(text).toMatch(from);
    await writeFile(join(root, path), text.replace(from, to));
  };

  it('are those that would be made anew, whatever was edited, and few are made again', async () => {
    const all = (await infer(new KeptProjects(file, 'build'))).made.length;
    const edits: readonly (readonly [string, number, () => Promise<void>])[] = [
      ['nothing', 0, () => Promise.resolve()],
      ['a comment', 1, () => appendFile(join(root, REED_KING), '# a comment\n')],
      ['a name', 1, () => edit(REED_KING, /^name: .*$/m, 'name: Another King')],
      ['a look', 4, () => edit(MARETTA, /An upright woman/, 'A tall, upright woman')],
      ['a prompt', 1, () => edit(MARETTA, /prompt: >\n +/, '$&At noon. ')],
      ['a lock', 4, () => edit(MARETTA, /( +)prompt: /, '$1locked: true\n$1prompt: ')],
      ['a broken file', all, () => appendFile(join(root, REED_KING), '  : [\n')],
      ['the same, corrected', all, () => edit(REED_KING, / {2}: \[\n/, '')],
      ['a file that is gone', all, () => rm(join(root, MARETTA))],
      [
        'an entity that is there twice',
        all,
        () => cp(join(root, dirname(REED_KING)), join(root, TWIN), { recursive: true }),
      ],
      ['the first of them gone', all, () => rm(join(root, REED_KING))],
      ['a style', all, () => writeFile(join(root, 'content/style.yaml'), 'style: Woodcut.\n')],
    ];
    for (const [what, atMost, act] of edits) {
      await act();
      const later = Date.now() + 60_000;
      const { projects, made, looked } = await infer(new KeptProjects(file, 'build'), later);
      const anew = await infer(new KeptProjects(undefined, undefined), later, 'whole');
      expect(projects, what).toEqual(anew.projects);
      expect(looked, what).toEqual(anew.looked);
      expect(looked, what).toHaveLength(anew.made.length);
      expect(made.length, what).toBeLessThanOrEqual(atMost);
    }
  });

  it('are taken without a look into any file, if all times are those of before', async () => {
    const later = Date.now() + 60_000;
    const { projects } = await infer(new KeptProjects(file, 'build'), later);
    const again = await infer(new KeptProjects(file, 'build'), later);
    expect(JSON.parse(JSON.stringify([...(again.quick ?? [])]))).toEqual(projects);
    const { owns, ...resolved } = entry;
    expect(owns(REED_KING)).toBe(true);
    expect(new KeptProjects(file, 'build').entry).toEqual(resolved);
    await appendFile(join(root, REED_KING), '# a comment\n');
    const edited = new KeptProjects(file, 'build');
    expect((await infer(edited, later)).quick).toBeUndefined();
    expect((await infer(edited, later)).quick).toBeDefined();
    await rm(join(root, MARETTA));
    expect((await infer(new KeptProjects(file, 'build'), later)).quick).toBeUndefined();
  });

  it('are made again for another build or other options, and if the file is spoilt', async () => {
    const { projects, made } = await infer(new KeptProjects(file, 'build'));
    expect((await infer(new KeptProjects(file, 'another'))).made).toEqual(made);
    const bytes = await readFile(file);
    for (const spoilt of [bytes.subarray(0, bytes.length / 2), Buffer.alloc(0), Buffer.from('{"v":4}')]) {
      await writeFile(file, spoilt);
      expect(await infer(new KeptProjects(file, 'another'))).toEqual({ made, projects, quick: undefined });
      expect((await infer(new KeptProjects(file, 'another'))).made).toEqual([]);
    }
  });

  it('bring the entry of nx.json with them, and no other one', async () => {
    const options = { contentRoot: 'content', workspaceId: 'kept' };
    const plugins = [{ plugin: 'chargen-plugin', options }];
    const world = await knownWorld(REPOSITORY, options, plugins);
    expect(world.kept.entry).toBeUndefined();
    await entityProjects(REPOSITORY, [REED_KING, MARETTA], world, plugins);
    const again = await knownWorld(REPOSITORY, options, plugins);
    expect(again.kept).toBe(world.kept);
    expect(again.kept.entry).toBeDefined();
    expect({ ...again.entry, owns: undefined }).toEqual({ ...world.entry, owns: undefined });
    expect(lookedEntities(REPOSITORY, again)?.map(({ root: folder }) => folder)).toEqual(
      [MARETTA, REED_KING].map(dirname),
    );
    const narrower = [{ ...plugins[0], exclude: [REED_KING] }];
    expect((await knownWorld(REPOSITORY, options, narrower)).entry.owns(REED_KING)).toBe(false);
    await expect(knownWorld(REPOSITORY, { contentRoute: 'content' }, plugins)).rejects.toThrow(
      'contentRoute',
    );
  });
});
