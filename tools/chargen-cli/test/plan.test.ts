import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chargen, REPOSITORY } from './support/run.js';
import { addFiles, folderWith, POINTER_OID, SMALL_WORLD } from './support/world.js';

interface Item {
  entityType: string;
  slug: string;
  scene: string;
  key: string | null;
  state: string;
  reason: string;
  references: { name: string; path: string | null; sha256: string | null; state: string }[];
  estimatedUsd: number | null;
}
interface Plan {
  items: Item[];
  totals: Record<string, unknown> & { estimatedUsd: number };
  diagnostics: { code: string; file: string; line: number }[];
}

async function planOf(cwd: string, ...args: string[]): Promise<Plan> {
  const { code, stdout, stderr } = await chargen(['plan', '--json', ...args], { cwd });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Plan;
}

describe('chargen plan', { timeout: 60_000 }, () => {
  it('plans a folder that is no Nx workspace, without a key, scene by scene and sorted', async () => {
    const plan = await planOf(await folderWith(SMALL_WORLD));
    expect(plan.items.map((one) => [one.entityType, one.slug, one.scene, one.state])).toEqual([
      ['character', 'mara', 'alone', 'pending'],
      ['character', 'mara', 'asleep', 'locked'],
      ['character', 'mara', 'landing', 'waits'],
      ['character', 'oswin', 'ledger', 'blocked'],
      ['location', 'quay', 'establishing', 'pending'],
    ]);
    expect(Object.keys(plan)).toEqual(['items', 'totals', 'diagnostics']);
    expect(Object.keys(plan.items[0]!)).toEqual([
      'entityType',
      'slug',
      'scene',
      'dialect',
      'key',
      'state',
      'reason',
      'model',
      'aspectRatio',
      'imageSize',
      'promptChars',
      'references',
      'estimatedUsd',
    ]);
    expect(plan.items[0]!.key).toMatch(/^[0-9a-f]{64}$/);
    expect(plan.items[1]!.key).toBeNull();
    expect(plan.items[2]!.key).toBeNull();
  });

  it('takes a Git LFS pointer for the picture that it stands for', async () => {
    const plan = await planOf(await folderWith(SMALL_WORLD));
    expect(plan.items[2]!.references).toEqual([
      {
        name: 'characters/mara/images/portrait.png',
        role: 'portrait',
        path: 'characters/mara/images/portrait.png',
        sha256: POINTER_OID,
        state: 'resolved',
      },
      {
        name: 'location/quay scene establishing',
        role: 'place',
        path: null,
        sha256: null,
        state: 'to-be-made',
      },
    ]);
  });

  it('shows what dangles, and what it stops', async () => {
    const plan = await planOf(await folderWith(SMALL_WORLD), '--filter', 'oswin');
    expect(plan.items).toHaveLength(1);
    expect(plan.items[0]!.state).toBe('blocked');
    expect(plan.items[0]!.estimatedUsd).toBe(0);
    expect(plan.items[0]!.references[0]!.state).toBe('dangling');
    expect(plan.diagnostics.map((one) => one.code)).toContain('unknown-reference');
  });

  it('counts scenes that ask for the same once, so that the items add up to the total', async () => {
    const twin = (name: string): string =>
      `entity_type: location\nname: ${name}\nscenes:\n  - id: view\n    title: View\n    prompt: The same empty plain.\n`;
    const plan = await planOf(
      await folderWith({
        'locations/east/imagery.yaml': twin('East'),
        'locations/west/imagery.yaml': twin('West'),
      }),
    );
    const [east, west] = plan.items;
    expect(east!.key).toBe(west!.key);
    expect(west!.estimatedUsd).toBe(0);
    expect(west!.reason).toContain('location/east/view');
    expect(plan.totals.estimatedUsd).toBe(east!.estimatedUsd);
    expect(plan.totals['requests']).toBe(1);
  });

  it('gives the same bytes for the same world, and leaves nothing behind', async () => {
    const root = await folderWith(SMALL_WORLD);
    const first = await chargen(['plan', '--json'], { cwd: root });
    const second = await chargen(['plan', '--json', '--root', root], { cwd: '/' });
    expect(second.stdout).toBe(first.stdout);
    expect((await readdir(root)).sort()).toEqual(['characters', 'locations']);
  });

  it('needs no state folder, and does not mind one that cannot be used', async () => {
    // A file in its place: reading and writing below it fail for every user, root included.
    const root = await folderWith({ ...SMALL_WORLD, '.chargen': 'in the way' });
    expect((await planOf(root)).items).toHaveLength(5);
  });

  it('finds the world through the options of the plugin in nx.json, comments and all', async () => {
    const files = Object.entries(SMALL_WORLD).map(([path, content]) => [`story/${path}`, content]);
    const root = await folderWith({
      ...(Object.fromEntries(files) as typeof SMALL_WORLD),
      'nx.json': `{
        // where the story lies
        "plugins": [{ "plugin": "chargen-plugin", "options": { "contentRoot": "story", "generationModel": "gemini-3.1-flash-lite-image" } },],
      }`,
    });
    const { code, stdout } = await chargen(['plan', '--json'], { cwd: join(root, 'story/characters/mara') });
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as { items: { model: string }[] };
    expect(new Set(plan.items.map((one) => one.model))).toEqual(new Set(['gemini-3.1-flash-lite-image']));
  });

  it('plans all others where one file is broken, and says where it is', async () => {
    const root = await folderWith(SMALL_WORLD);
    await addFiles(root, { 'characters/oswin/imagery.yaml': 'entity_type: character\nname: "a" "b"\n' });
    const plan = await planOf(root);
    expect(plan.items).toHaveLength(4);
    expect(plan.totals['brokenEntities']).toBe(1);
    expect(plan.diagnostics.find((one) => one.file === 'characters/oswin/imagery.yaml')).toMatchObject({
      code: 'yaml-syntax',
      line: 2,
    });
  });

  it('takes a slug for itself before it takes it for a part of others', async () => {
    const scene = 'scenes:\n  - id: a\n    title: A\n    prompt: A plain.\n';
    const root = await folderWith({
      'characters/finn/imagery.yaml': `entity_type: character\nname: Finn\n${scene}`,
      'characters/finnegan/imagery.yaml': `entity_type: character\nname: Finnegan\n${scene}`,
    });
    const slugs = async (filter: string): Promise<string[]> =>
      (await planOf(root, '--filter', filter)).items.map((one) => one.slug);
    expect(await slugs('finn')).toEqual(['finn']);
    expect(await slugs('fin')).toEqual(['finn', 'finnegan']);
    expect(await slugs('*gan')).toEqual(['finnegan']);
    expect(await slugs('finn,finnegan')).toEqual(['finn', 'finnegan']);
  });

  it('knows a project by the name that a project.json or a package.json beside it gives', async () => {
    const scene = 'scenes:\n  - id: a\n    title: A\n    prompt: A plain.\n';
    const root = await folderWith({
      'characters/finn/imagery.yaml': `entity_type: character\nname: Finn\n${scene}`,
      'characters/finn/package.json': '{ "name": "@world/finn" }',
      'characters/oda/imagery.yaml': `entity_type: character\nname: Oda\n${scene}`,
      'characters/oda/project.json': '{ // hers\n "name": "lamp-keeper" }',
    });
    const slugs = async (project: string): Promise<string[]> =>
      (await planOf(root, '--project', project)).items.map((one) => one.slug);
    expect(await slugs('@world/finn')).toEqual(['finn']);
    expect(await slugs('lamp-keeper')).toEqual(['oda']);
    expect(await slugs('character-oda')).toEqual(['oda']);
    const unknown = await chargen(['plan', '--project', 'nobody'], { cwd: root });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('"nobody"') as string });
  });

  it('takes a filter that means nobody for a mistake', async () => {
    const root = await folderWith(SMALL_WORLD);
    const { code, stdout, stderr } = await chargen(['plan', '--filter', 'oswinn', '--json'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "oswin"?');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'bad-input' } });
  });

  it('tells people the same without escape codes where there is no terminal', async () => {
    const root = await folderWith(SMALL_WORLD);
    const { code, stdout } = await chargen(['plan'], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).toContain(
      'landing  waits: it shows pictures that are still to be made: location/quay/establishing',
    );
    expect(stdout).toContain('5 scenes of 3 entities');
    expect(stdout).not.toContain('\u001b');
  });

  it('plans a whole world to the same bytes twice, whatever dialects it is written in', async () => {
    // Real files where CHARGEN_CORPUS names a folder of them, else the sample world of this repository.
    const root = process.env['CHARGEN_CORPUS'] ?? join(REPOSITORY, 'content');
    const first = await chargen(['plan', '--json', '--root', root], { cwd: '/' });
    const second = await chargen(['plan', '--json', '--root', root], { cwd: '/' });
    expect(first.code).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    const { items, totals } = JSON.parse(first.stdout) as Plan;
    expect(items.length).toBe(totals['scenes']);
    expect(items.length).toBeGreaterThan(30);
    const order = items.map((one) => [one.entityType, one.slug, one.scene]);
    const sorted = order.toSorted((a, b) => {
      const index = a.findIndex((word, at) => word !== b[at]);
      return index < 0 ? 0 : a[index]! < b[index]! ? -1 : 1;
    });
    expect(order).toEqual(sorted);
    for (const { key, state } of items) {
      expect(key === null).toBe(['waits', 'locked', 'blocked'].includes(state));
    }
  });

  it('adds up the scenes of a large world by type and entity, and shows each with --full', async () => {
    const scene = (id: string, more = ''): string =>
      `  - id: ${id}\n    title: ${id}\n    prompt: The scene ${id}.\n${more}`;
    const entity = (type: string, name: string, scenes: string): [string, string] => [
      `${type}s/${name}/imagery.yaml`,
      `entity_type: ${type}\nname: ${name}\nscenes:\n${scenes}`,
    ];
    const dangling = '    references: [{ character: nobody }]\n';
    const root = await folderWith(
      Object.fromEntries([
        ...Array.from({ length: 12 }, (_, n) =>
          entity('character', `c-${n}`, scene(`a${n}`) + scene(`b${n}`)),
        ),
        ...Array.from({ length: 51 }, (_, n) =>
          entity('location', `l-${n}`, scene(`o${n}`) + scene(`x${n}`, dangling)),
        ),
      ]),
    );
    const { code, stdout } = await chargen(['plan', '--scope', 'all'], { cwd: root });
    expect(code).toBe(0);
    expect(stdout.split('\n').length).toBeLessThan(60);
    expect(stdout).toMatch(/^┌.*\n│ 126 scenes of 63 entities /);
    expect(stdout).toContain(
      'characters  12 entities; scenes: 24 to make, about $1.66\n  c-0   2 to make, about $0.14\n',
    );
    expect(stdout).toContain('  and 4 others: chargen plan --scope characters --full\n');
    expect(stdout).toContain('locations  51 entities; scenes: 51 blocked, 51 to make, about $3.52\n');
    expect(stdout.match(/ error unknown-reference /g)).toHaveLength(10);
    expect(stdout).toContain('and 41 more of 51 errors: chargen plan --full\n');
    expect(stdout).toContain('Every scene: chargen plan --full. ');

    const part = await chargen(['plan', '--scope', 'characters', '--full'], { cwd: root });
    for (let n = 0; n < 12; n += 1) expect(part.stdout).toContain(`○ b${n}  pending: it was never made`);
    expect(part.stdout.match(/○ /g)).toHaveLength(24);
    const full = await chargen(['plan', '--full'], { cwd: root });
    expect(full.stdout.match(/ error unknown-reference /g)).toHaveLength(51);
    const args = ['batch', 'generate', '--dry-run', '--filter', 'l-*', '--takes', '2'];
    const dry = await chargen(args, { cwd: root });
    expect(dry.stdout).toContain(
      "and 43 others: chargen plan --scope locations --filter 'l-*' --takes 2 --full\n",
    );
    expect((await planOf(root, '--full')).items).toEqual((await planOf(root)).items);
  });
});
