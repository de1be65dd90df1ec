import { describe, expect, it } from 'vitest';
import { projectFileFindings, targetDefaultsFindings } from '../src/target-defaults.js';
import { worldEntries, worldEntryOf, worldName } from '../src/world-entries.js';

const PLUGIN = 'chargen-plugin';

function entry(contentRoot: string, rest: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    plugin: PLUGIN,
    options: { contentRoot, workspaceId: `id-of-${contentRoot.replace('/', '')}` },
    ...rest,
  };
}

describe('the entries of the plugin in nx.json', () => {
  it('are found among those of other plugins, in their order, with the options of each', () => {
    const plugins = ['@nx/js/typescript', entry('novel'), { plugin: '@nx/vite' }, entry('game/')];
    const found = worldEntries(plugins);
    expect(
      found.map(({ contentRoot, styleFile, tag, otherRoots, otherIds }) => ({
        contentRoot,
        styleFile,
        tag,
        otherRoots,
        otherIds,
      })),
    ).toEqual([
      {
        contentRoot: 'novel',
        styleFile: 'novel/style.yaml',
        tag: 'world:novel',
        otherRoots: ['game'],
        otherIds: ['id-of-game'],
      },
      {
        contentRoot: 'game',
        styleFile: 'game/style.yaml',
        tag: 'world:game',
        otherRoots: ['novel'],
        otherIds: ['id-of-novel'],
      },
    ]);
  });

  it('have no tag if there is one, so that a workspace of one world stays as it is', () => {
    expect(worldEntries([PLUGIN]).map((one) => [worldName(one), one.tag, one.otherRoots])).toEqual([
      ['.', undefined, []],
    ]);
  });

  it('divide nested content roots: a file is of the innermost one', () => {
    const [outer, inner] = worldEntries([entry(''), entry('spin-off')]);
    const files = ['characters/ada/imagery.yaml', 'spin-off/characters/ada/imagery.yaml'];
    expect(files.map((file) => outer?.owns(file))).toEqual([true, false]);
    expect(files.map((file) => inner?.owns(file))).toEqual([true, true]);
  });

  it('keep to include and exclude, as Nx does', () => {
    const [only] = worldEntries([entry('', { include: ['books/**'], exclude: ['**/drafts/**'] })]);
    const of = (file: string): boolean | undefined => only?.owns(file);
    expect(of('books/characters/ada/imagery.yaml')).toBe(true);
    expect(of('games/characters/ada/imagery.yaml')).toBe(false);
    expect(of('books/drafts/ada/imagery.yaml')).toBe(false);
  });

  it.each([
    [[entry('a'), entry('./a', { options: { contentRoot: 'a', workspaceId: 'other' } })], /contentRoot "a"/],
    [[PLUGIN, { plugin: PLUGIN, options: { contentRoot: 'a' } }], /workspaceId "workspace"/],
  ])('are rejected if two could not be distinguished: %o', (plugins, message) => {
    expect(() => worldEntries(plugins)).toThrow(message);
  });

  it('are known to Nx by their options', () => {
    const plugins = [entry('a', { exclude: ['**/x/**'] }), entry('b')];
    expect(worldEntryOf({ contentRoot: 'a', workspaceId: 'id-of-a' }, plugins).owns('a/x/imagery.yaml')).toBe(
      false,
    );
  });
});

describe('targetDefaults of nx.json', () => {
  const findings = (key: string, written: Record<string, unknown> = {}): string[] => {
    const [own] = worldEntries([{ plugin: PLUGIN, options: written }]);
    if (own === undefined) throw new Error('There is no entry.');
    return targetDefaultsFindings({ [key]: { outputs: [] } }, own).map(({ message }) => message);
  };

  it('are reported for each target that the plugin makes, and for export only if it was asked for', () => {
    expect(findings('generate')).toEqual([expect.stringContaining('bring no picture back')]);
    expect(findings('build')).toEqual([]);
    for (const key of ['export', 'exp*', 'chargen-plugin:export', 'export-manifest']) {
      expect(findings(key)).toEqual([]);
      expect(findings(key, { export: true })).toEqual([expect.stringContaining('bring no copy back')]);
    }
    expect(findings('publish', { export: true, exportTargetName: 'publish' })).toHaveLength(1);
  });

  it('are reported like what a project.json or a script beside imagery.yaml puts in the place of a target', () => {
    const [own] = worldEntries([PLUGIN]);
    if (own === undefined) throw new Error('There is no entry.');
    const file = 'content/characters/ada/package.json';
    const scripts = { build: 'tsc', generate: 'prisma generate' };
    expect(projectFileFindings(file, { scripts }, own)).toEqual([
      {
        file,
        at: ['scripts', 'generate'],
        message: `${file} sets executor for the target "generate": these replace what the plugin makes, and pictures may be made again or not at all.`,
        advice: 'Take "generate" out of scripts, or give the targets other names by the plugin\'s options.',
      },
    ]);
    const targets = { generate: { options: {} }, build: { command: 'tsc' } };
    expect(projectFileFindings('project.json', { targets }, own)).toHaveLength(1);
    expect(projectFileFindings('project.json', { name: 'ada' }, own)).toEqual([]);
    expect(projectFileFindings('project.json', undefined, own)).toEqual([]);
  });
});
