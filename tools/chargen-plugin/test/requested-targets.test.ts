import { describe, expect, it } from 'vitest';
import { requestedProjects } from '../src/hooks/requested-projects.js';
import { requestedTargets } from '../src/hooks/requested-targets.js';
import { refusedFlags } from '../src/run/refused-flags.js';

function argv(line: string): string[] {
  return ['node', 'nx', ...line.split(' ')];
}

describe('what a command line of Nx asks for', () => {
  it.each([
    ['run ione:generate --dry-run', ['generate']],
    ['run ione:generate:preview', ['generate']],
    ['run --verbose ione:pictures', ['pictures']],
    ['generate ione', ['generate']],
    ['ione:generate', ['generate']],
    ['run-many -t generate analyze -p ione', ['generate', 'analyze']],
    ['run-many --targets=build,generate', ['build', 'generate']],
    ['affected --target generate --base=main', ['generate']],
    ['run-many -p generate -t build', ['build']],
    ['show projects', ['show']],
  ])('nx %s', (line, names) => {
    expect(requestedTargets(argv(line))).toEqual(names);
  });

  it.each([
    ['run ione:generate', ['ione']],
    ['run --verbose ione:generate:preview', ['ione']],
    ['generate ione', ['ione']],
    ['ione:generate', ['ione']],
    ['run-many -t generate -p ione low-quay --parallel=3', ['ione', 'low-quay']],
    [
      'run-many -t generate --projects=ione,directory:content/locations/low-quay',
      ['ione', 'directory:content/locations/low-quay'],
    ],
    // None is named by itself.
    ['run-many -t generate', undefined],
    ['run-many -t generate -p tag:type:chapter', undefined],
    ['run-many -t generate -p *-quay', undefined],
    ['affected -t generate', undefined],
  ])('names the projects of: nx %s', (line, names) => {
    expect(requestedProjects(argv(line))).toEqual(names);
  });

  it.each([
    ['run ione:generate --dry-run', ['dry-run']],
    ['run ione:generate --no-wait', ['wait']],
    ['run ione:generate --settings.tier=free', ['settings']],
    ['run ione:generate --maxCost=1 --max-cost=2', ['maxCost', 'max-cost']],
    ['run-many -t generate --parallel=3 --skip-nx-cache --outputStyle=static', []],
  ])('with flags: nx %s', (line, flags) => {
    expect(refusedFlags(argv(line))).toEqual(flags);
  });
});
