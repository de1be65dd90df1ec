import { describe, expect, it } from 'vitest';
import { leadingTargets } from '../src/graph/leading-targets.js';

const PROJECTS: Parameters<typeof leadingTargets>[0] = {
  ada: { root: 'ada', targets: { generate: { executor: 'chargen-plugin:generate' } } },
  site: {
    root: 'site',
    targets: {
      lint: {},
      build: { dependsOn: [{ target: 'generate', projects: '*' }] },
      deploy: { dependsOn: ['build'] },
      feed: { dependsOn: ['ada:generate'] },
      everything: { dependsOn: ['^gen*'] },
    },
  },
  shop: { root: 'shop', targets: { test: { dependsOn: ['^build'] }, typecheck: { dependsOn: ['lint'] } } },
};

describe('the targets that have ours done first', () => {
  it('are found through any number of others, in every form that Nx knows', () => {
    expect([...leadingTargets(PROJECTS, ['generate', 'analyze'])].sort()).toEqual([
      'analyze',
      'build',
      'deploy',
      'everything',
      'feed',
      'generate',
      'test',
    ]);
  });
});
