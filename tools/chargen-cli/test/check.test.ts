import { describe, expect, it } from 'vitest';
import { chargen } from './support/run.js';
import { folderWith, SMALL_WORLD } from './support/world.js';

const LINE = /^\S+:\d+:\d+ (error|warning|note) [a-z0-9-]+ .+$/;

describe('chargen check', { timeout: 60_000 }, () => {
  it('ends with 0 where nothing is wrong but warnings, each on a line of its own', async () => {
    const root = await folderWith({
      ...SMALL_WORLD,
      'characters/oswin/imagery.yaml':
        'entity_type: character\nname: Oswin\nappearance: Call 212-555-0187.\n',
    });
    const { code, stdout } = await chargen(['check'], { cwd: root });
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^characters\/oswin\/imagery\.yaml:3:18 warning personal-data "212-555-0187" /);
  });

  it('is what record names for a file with errors, which it leaves as it was', async () => {
    const root = await folderWith({ ...SMALL_WORLD, 'characters/oswin/imagery.yaml': '<<<<<<< HEAD\n' });
    const { code, stdout } = await chargen(['record'], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).toContain('1 file with errors left as before. See: chargen check\n');
  });

  it('ends with 1 where there is an error, and sorts by place', async () => {
    const root = await folderWith({
      ...SMALL_WORLD,
      'chapters/one/imagery.yaml': `entity_type: chapter
name: One
scenes:
  - id: a
    title: A
    prompt: A plain.
    model: imagen-3.0-generate-002
  - id: b
    title: B
    prompt: Another plain.
    references:
      - scene: b
`,
    });
    const { code, stdout } = await chargen(['check'], { cwd: root });
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(LINE);
    expect(lines.map((line) => line.split(' ')[2])).toEqual([
      'retired-model',
      'scene-cycle',
      'nothing-visible',
      'unknown-reference',
      'no-style',
    ]);
    expect(lines[3]).toMatch(/characters\/oswin\/imagery\.yaml:\d+:\d+ error .*Did you mean "mara"/);
    expect(lines[0]).toContain('chapters/one/imagery.yaml:7:5 error retired-model');
  });

  it('tells what looks like personal data in texts that would be sent', async () => {
    const root = await folderWith({
      'characters/mara/imagery.yaml': `entity_type: character
name: Mara
scenes:
  - id: sign
    title: Sign
    prompt: >
      A sign that reads "ask for Mara, mara.ferry@example.org or +49 30 1234567".
      Built in 1794-1802, size 1024x1365, colour #416917.
`,
    });
    const { code, stdout } = await chargen(['check'], { cwd: root });
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ').slice(0, 3).join(' ')),
    ).toEqual([
      'characters/mara/imagery.yaml:4:5 warning nothing-visible',
      'characters/mara/imagery.yaml:6:5 warning text-asked',
      'characters/mara/imagery.yaml:7:40 warning personal-data',
      'characters/mara/imagery.yaml:7:66 warning personal-data',
    ]);
  });

  it('names two folders that say they are the same entity', async () => {
    const mara = SMALL_WORLD['locations/quay/imagery.yaml']!;
    const root = await folderWith({
      'a/locations/quay/imagery.yaml': mara,
      'b/locations/quay/imagery.yaml': mara,
    });
    const { code, stdout } = await chargen(['check', '--json', '--root', root], { cwd: '/' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [{ file: 'b/locations/quay/imagery.yaml', code: 'duplicate-entity', severity: 'error' }],
      totals: { errors: 1 },
    });
  });
});
