import type { ProjectConfiguration, TargetDependencyConfig } from '@nx/devkit';
import { describe, expect, it } from 'vitest';
import { leadingTargets } from '../src/graph/leading-targets.js';
import { runsOurTargets } from '../src/hooks/runs-our-targets.js';

function project(targets: Record<string, (string | TargetDependencyConfig)[]>): ProjectConfiguration {
  return {
    root: 'site',
    targets: Object.fromEntries(Object.entries(targets).map(([name, dependsOn]) => [name, { dependsOn }])),
  };
}

describe('targets that lead to ours', () => {
  it.each<[string, string | TargetDependencyConfig]>([
    ['by name', 'generate'],
    ['of what it depends on', '^generate'],
    ['of one project', 'ione:generate'],
    ['in the long form', { target: 'generate', projects: '*' }],
    ['by a glob', 'gen*'],
    ['by a glob for anything', '*'],
  ])('are those that depend on it %s', (_how, dependsOn) => {
    const leading = leadingTargets([project({ pages: [dependsOn], lint: ['format'] })], ['generate']);
    expect([...leading]).toEqual(['generate', 'pages']);
  });

  it('are found over several steps, in whatever order and however they go round', () => {
    const one = project({ deploy: ['site'], round: ['about'], about: ['round'], test: ['gentle*'] });
    const other = project({ site: ['pages'], pages: ['^analyze'] });
    expect([...leadingTargets([one, other], ['generate', 'analyze'])].sort()).toEqual([
      'analyze',
      'deploy',
      'generate',
      'pages',
      'site',
    ]);
  });

  it.each([
    [['run-many', '-t', 'generate'], true],
    [['run-many', '--targets=lint,site'], true],
    [['run', 'ione:generate:preview'], true],
    [['site', 'world'], true],
    [['run-many', '-t', 'lint', '-p', 'generator'], false],
    [['affected', '-t', 'generate-icons'], false],
  ])('are known in the command line %o', (argv, ours) => {
    const leading = new Set(['generate', 'site']);
    expect(runsOurTargets(['/usr/bin/node', '/w/node_modules/.bin/nx', ...argv], leading)).toBe(ours);
    expect(runsOurTargets(argv, undefined)).toBe(true);
  });
});
