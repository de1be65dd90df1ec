import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRECEDENCE } from 'chargen-core';
import { describe, expect, it } from 'vitest';
import { chargen } from './support/run.js';
import { addFiles, folderWith, PIXEL_PNG, SMALL_WORLD } from './support/world.js';

const MARA = 'characters/mara/imagery.yaml';

describe('commands about one scene', { timeout: 60_000 }, () => {
  it('show the prompt with the source of every part, or only its text', async () => {
    const root = await folderWith(SMALL_WORLD);
    const whole = await chargen(['prompt', 'mara/alone'], { cwd: root });
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain(`[prompt]  from ${MARA} scenes[2].prompt`);
    expect(whole.stdout).toContain(`[subject]  from ${MARA} appearance`);
    const text = await chargen(['prompt', 'character/mara/alone', '--text'], { cwd: root });
    expect(text.stdout).toBe(
      `Mara rows alone.\n\n${PRECEDENCE}\n\nMara: A tall ferrywoman with grey braids.\n`,
    );
    const json = await chargen(['prompt', 'mara/landing', '--json'], { cwd: root });
    expect(JSON.parse(json.stdout)).toMatchObject({
      scene: 'character/mara/landing',
      aspectRatio: '16:9',
      references: [{ state: 'resolved' }, { state: 'to-be-made' }],
    });
  });

  it('say which scene was meant where one is not there', async () => {
    const root = await folderWith(SMALL_WORLD);
    const scene = await chargen(['why', 'mara/alonne'], { cwd: root });
    expect(scene.code).toBe(2);
    expect(scene.stderr).toContain('Did you mean "alone"?');
    const entity = await chargen(['why', 'mora/alone'], { cwd: root });
    expect(entity.stderr).toContain('Did you mean "mara"?');
    const none = await chargen(['why', 'mara'], { cwd: root });
    expect(none.code).toBe(2);
  });

  it('change one field of the file and no other byte of it', async () => {
    const crlf = SMALL_WORLD[MARA]!.toString()
      .replaceAll('\n', '\r\n')
      .replace('  - id: alone', '  # the last\r\n  - id: alone');
    const root = await folderWith({ ...SMALL_WORLD, [MARA]: crlf });
    const read = (): Promise<string> => readFile(join(root, MARA), 'utf8');
    const rolled = await chargen(['reroll', 'mara/alone', '--json'], { cwd: root });
    expect(JSON.parse(rolled.stdout)).toEqual({ scenes: [{ scene: 'mara/alone', take: 2, file: MARA }] });
    expect(await read()).toBe(crlf.replace('rows alone.\r\n', 'rows alone.\r\n    take: 2\r\n'));
    await chargen(['reroll', 'mara/alone'], { cwd: root });
    expect(await read()).toContain('    take: 3\r\n');
    expect((await chargen(['lock', 'mara/alone'], { cwd: root })).stdout).toContain('is now locked');
    expect((await chargen(['lock', 'mara/alone'], { cwd: root })).stdout).toContain('is already locked');
    expect((await chargen(['reroll', 'mara/alone'], { cwd: root })).code).toBe(2);
    expect((await chargen(['unlock', 'mara/alone'], { cwd: root })).code).toBe(0);
    expect(await read()).toBe(crlf.replace('rows alone.\r\n', 'rows alone.\r\n    take: 3\r\n'));
  });

  it('answer for several scenes as one, each once, and write nothing where one of them stands in the way', async () => {
    const root = await folderWith(SMALL_WORLD);
    const read = (): Promise<string> => readFile(join(root, MARA), 'utf8');
    const names = ['mara/alone', 'mara/landing', 'character/mara/alone'];
    const rolled = await chargen(['reroll', ...names, '--json'], { cwd: root });
    expect(JSON.parse(rolled.stdout)).toEqual({
      scenes: [
        { scene: 'mara/alone', take: 2, file: MARA },
        { scene: 'mara/landing', take: 2, file: MARA },
      ],
    });
    const before = await read();
    for (const args of [
      ['reroll', 'mara/alone', 'mara/asleep'],
      ['keep', 'mara/alone', 'mara/asleep'],
      ['lock', 'mara/alone', 'mara/nobody'],
    ]) {
      const { code, stdout } = await chargen([...args, '--json'], { cwd: root });
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'bad-input' } });
    }
    expect(await read()).toBe(before);
  });

  it('roll again in an older dialect too', async () => {
    const root = await folderWith({
      'characters/brin/imagery.yaml':
        'entity_type: character\nslug: brin\nappearance: A small smith with a burnt sleeve and a wide grin.\nprompts: []\nimage_inventory: []\n',
      'characters/brin/image-ideas.yaml':
        'character:\n  name: Brin\n  summary: A smith.\nscenes:\n  - title: At the anvil\n    scene: Brin strikes.\n    pose: Bent forward\n    setting: A forge\n    mood: busy\n    tags: [forge]\n',
    });
    const plan = await chargen(['plan', '--json'], { cwd: root });
    const [item] = (JSON.parse(plan.stdout) as { items: { scene: string; key: string }[] }).items;
    const rolled = await chargen(['reroll', `brin/${item!.scene}`, '--json'], { cwd: root });
    expect(JSON.parse(rolled.stdout)).toMatchObject({
      scenes: [{ take: 2, file: 'characters/brin/image-ideas.yaml' }],
    });
    const after = await chargen(['plan', '--json'], { cwd: root });
    const [again] = (JSON.parse(after.stdout) as { items: { key: string }[] }).items;
    expect(again!.key).not.toBe(item!.key);
  });

  it('take a picture without a recipe for its author’s, keep it by locking, or put it aside', async () => {
    const root = await folderWith({ ...SMALL_WORLD, 'characters/mara/images/alone.png': PIXEL_PNG });
    const why = await chargen(['why', 'mara/alone'], { cwd: root });
    expect(why.stdout).toContain('edited');
    expect(why.stdout).toContain('chargen keep character/mara/alone');
    const status = await chargen(['status'], { cwd: root });
    expect(status.stdout).toContain('1 edited by hand');
    const kept = await chargen(['keep', 'mara/alone'], { cwd: root });
    expect(kept.code).toBe(0);
    expect(await readFile(join(root, MARA), 'utf8')).toContain('locked: true\n');
    expect((await chargen(['keep', 'mara/alone'], { cwd: root })).code).toBe(2);
    await chargen(['unlock', 'mara/alone'], { cwd: root });
    const discarded = await chargen(['discard', 'mara/alone', '--json'], { cwd: root });
    const { scenes } = JSON.parse(discarded.stdout) as { scenes: { kept: string[] }[] };
    expect(scenes).toMatchObject([{ scene: 'mara/alone', kind: 'removed', state: 'pending' }]);
    expect(await readFile(join(root, scenes[0]!.kept[0]!))).toEqual(PIXEL_PNG);
    expect((await chargen(['discard', 'mara/alone'], { cwd: root })).code).toBe(2);
  });

  it('adopt pictures from before, after a dry run that writes nothing', async () => {
    const old = 'locations/quay/images/establishing-1700000000000-1700000000001.png';
    const root = await folderWith({ ...SMALL_WORLD, [old]: PIXEL_PNG });
    const dry = await chargen(['adopt', '--dry-run', '--json'], { cwd: root });
    expect(JSON.parse(dry.stdout)).toMatchObject({
      dryRun: true,
      scenes: [
        {
          scene: 'location/quay/establishing',
          from: old,
          to: 'locations/quay/images/establishing.png',
          kind: 'adopt',
        },
      ],
    });
    const states = async (): Promise<Record<string, string>> => {
      const { stdout } = await chargen(['plan', '--json'], { cwd: root });
      const { items } = JSON.parse(stdout) as { items: { scene: string; state: string }[] };
      return Object.fromEntries(items.map((one) => [one.scene, one.state]));
    };
    expect((await states())['establishing']).toBe('pending');
    const done = await chargen(['adopt'], { cwd: root });
    expect(done.stdout).toContain('1 adopted');
    const after = await states();
    expect(after['establishing']).toBe('done');
    // What waited for that picture can be asked for now.
    expect(after['landing']).toBe('pending');
    expect((await chargen(['adopt'], { cwd: root })).stdout).toContain('0 adopted, 1 settled');
    const cost = await chargen(['cost', '--json'], { cwd: root });
    expect(JSON.parse(cost.stdout)).toMatchObject({ total: { answers: 0 } });
  });

  it('adopt a picture of a scene that shows one not made yet, which then does not make it due again', async () => {
    const old = 'characters/mara/images/mara-landing-1700000000000-2023-11-14.png';
    const root = await folderWith({ ...SMALL_WORLD, [old]: PIXEL_PNG });
    const dry = await chargen(['adopt', '--dry-run', '--json'], { cwd: root });
    expect(JSON.parse(dry.stdout)).toMatchObject({
      scenes: [{ kind: 'adopt', from: old, without: ['location/quay/establishing'] }],
    });
    const states = async (): Promise<Record<string, string>> => {
      const { stdout } = await chargen(['plan', '--json'], { cwd: root });
      const { items } = JSON.parse(stdout) as { items: { scene: string; state: string }[] };
      return Object.fromEntries(items.map((one) => [one.scene, one.state]));
    };
    expect((await chargen(['adopt'], { cwd: root })).stdout).toContain('1 adopted');
    expect(await states()).toMatchObject({ landing: 'done', establishing: 'pending' });
    const place = 'locations/quay/images/establishing-1700000000000-1700000000001.png';
    await addFiles(root, { [place]: PIXEL_PNG });
    expect((await chargen(['adopt'], { cwd: root })).stdout).toContain('1 adopted, 1 settled');
    expect(await states()).toMatchObject({ landing: 'done', establishing: 'done' });
    const text = await readFile(join(root, MARA), 'utf8');
    await addFiles(root, { [MARA]: text.replace('id: landing\n', 'id: landing\n    take: 2\n') });
    expect(await states()).toMatchObject({ landing: 'pending' });
  });

  it('leave a file alone that cannot be changed safely, and say what to write by hand', async () => {
    const ideas = `character:
  name: Brin
  summary: A smith.
forge: &forge
  title: At the anvil
  scene: Brin strikes.
  pose: Bent forward
  setting: A forge
  mood: busy
  tags: [forge]
scenes:
  - *forge
`;
    const path = 'characters/brin/image-ideas.yaml';
    const root = await folderWith({
      ...SMALL_WORLD,
      'characters/brin/imagery.yaml':
        'entity_type: character\nslug: brin\nprompts: []\nimage_inventory: []\n',
      [path]: ideas,
    });
    const { code, stderr } = await chargen(['lock', 'brin/at-the-anvil'], { cwd: root });
    expect(stderr).toContain('Write "locked: true" into the scene by hand.');
    expect(code).toBe(2);
    // Of several scenes the others are done, and each is told.
    const both = await chargen(['lock', 'mara/alone', 'brin/at-the-anvil', '--json'], { cwd: root });
    expect(both.code).toBe(1);
    expect(JSON.parse(both.stdout)).toMatchObject({
      scenes: [
        { scene: 'mara/alone', changed: true },
        { scene: 'brin/at-the-anvil', error: { code: 'refused' } },
      ],
    });
    expect(await readFile(join(root, path), 'utf8')).toBe(ideas);
  });
});
