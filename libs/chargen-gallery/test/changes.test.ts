import { readFile, symlink } from 'node:fs/promises';
import { ContentReader, findImageryFiles, type World } from 'chargen-core';
import { afterEach, describe, expect, it } from 'vitest';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { applyChange, proposeChange } from '../src/changes/change-files.js';
import { lineDiff } from '../src/changes/line-diff.js';
import type { Change } from '../src/protocol.js';

const FILE = 'content/characters/ione/imagery.yaml';
const HEAD = 'entity_type: character\nname: Ione\n';

let files: TestWorkspace | undefined;
const made: TestWorkspace[] = [];

afterEach(async () => {
  for (const one of made.splice(0)) await one.remove();
});

async function worldOf(texts: Readonly<Record<string, string>>): Promise<World> {
  files = await TestWorkspace.create({ files: texts });
  made.push(files);
  return new ContentReader(files.root).load(await findImageryFiles(files.root, 'content'), undefined);
}

/** The file after a change was shown and made; the message where it was refused. */
async function changed(text: string, change: Change, file = FILE): Promise<string> {
  const world = await worldOf({ [file]: text });
  const root = files?.root ?? '';
  const proposal = await proposeChange(root, world, change);
  if (proposal.kind !== 'proposed') return `${proposal.kind}: ${proposal.message}`;
  const applied = await applyChange(root, world, change, proposal.digest);
  expect(applied).toEqual({ kind: 'applied', file });
  const after = await readFile(files?.path(file) ?? '', 'utf8');
  expect(lineDiff(text, after)).toEqual(proposal.lines);
  return after;
}

const scene = 'character/ione/oar';

describe("a change of an author's file", () => {
  it('keeps line endings, comments and quotes', async () => {
    const text = `${HEAD}scenes:\n  - id: oar # the first\n    title: 'Oar'\n    prompt: >-\n      One oar,\n      long.\n    # kept\n  - id: b\n    title: B\n    prompt: B\n`;
    const crlf = text.replaceAll('\n', '\r\n');
    const locked = await changed(crlf, { kind: 'lock', scene, locked: true });
    expect(locked.replace('    locked: true\r\n', '')).toBe(crlf);
  });

  it('keeps the form of a prompt: folded, literal, quoted or long', async () => {
    const long = `${'A long oar in the fog. '.repeat(12)}End.`;
    const of = (prompt: string): string =>
      `${HEAD}scenes:\n  - id: oar\n    title: Oar\n    prompt: ${prompt}\n    take: 2\n`;
    const edit = (prompt: string): Change => ({ kind: 'prompt', scene, prompt });
    expect(await changed(of('>-\n      One oar.'), edit('Two oars.'))).toBe(of('>-\n      Two oars.'));
    expect(await changed(of('|\n      One oar.\n      Fog.'), edit('Two oars.\nRain.'))).toBe(
      of('|\n      Two oars.\n      Rain.'),
    );
    expect(await changed(of("'One oar.'"), edit('Two "oars": fog'))).toBe(of('"Two \\"oars\\": fog"'));
    const folded = await changed(of('One oar.'), edit(long));
    expect(folded).toContain('    prompt: >-\n      A long oar');
    expect(Math.max(...folded.split('\n').map((line) => line.length))).toBeLessThan(100);
    expect(await changed(of('>\n      One oar.'), edit('One.\n\nTwo.'))).toContain(
      'prompt: >\n      One.\n\n\n      Two.\n',
    );
  });

  it('writes a prompt that a block could not hold in quotes', async () => {
    const text = `${HEAD}scenes:\n  - id: oar\n    title: Oar\n    prompt: >\n      One oar.\n`;
    const after = await changed(text, { kind: 'prompt', scene, prompt: 'A\ttab and a \u202ereversal.' });
    expect(after).toContain('prompt: "A\\ttab and a \\u202ereversal."');
  });

  it('puts each note of a rejection above take, oldest first', async () => {
    const text = `${HEAD}scenes:\n  - id: oar\n    title: Oar\n    take: 2 # mine\n    prompt: Oar.\n`;
    const once = await changed(text, { kind: 'reject', scene, note: ' too\n dark ' });
    expect(once).toContain('    # take 2 rejected: too dark\n    take: 3 # mine\n');
    const twice = await changed(once, { kind: 'reject', scene, note: '' });
    expect(twice).toContain('    # take 2 rejected: too dark\n    # take 3 rejected\n    take: 4 # mine\n');
  });

  it('says that a scene on one line has no place for a note, and raises take all the same', async () => {
    const text = `${HEAD}scenes: [{ id: oar, title: Oar, prompt: Oar. }]\n`;
    const world = await worldOf({ [FILE]: text });
    const proposal = await proposeChange(files?.root ?? '', world, { kind: 'reject', scene, note: 'dark' });
    expect(proposal).toMatchObject({ kind: 'proposed' });
    expect(JSON.stringify(proposal)).toContain('take: 2');
    expect(JSON.stringify(proposal)).toContain('no place in it');
  });

  it('makes the list of scenes where there is none', async () => {
    const change: Change = {
      kind: 'add-scene',
      entity: 'character/ione',
      id: 'oar',
      title: 'Oar',
      prompt: 'One oar.',
    };
    expect(await changed(HEAD, change)).toBe(
      `${HEAD}scenes:\n  - id: "oar"\n    title: "Oar"\n    prompt: "One oar."\n`,
    );
  });

  it.each([
    ['Oar', '"Oar" cannot be an id'],
    ['../up', 'cannot be an id'],
    ['oar', 'has a scene "oar" already'],
    ['portrait', 'would overwrite your reference'],
  ])('adds no scene with the id %s', async (id, message) => {
    const text = `${HEAD}references:\n  - id: portrait\n    path: images/portrait.png\nscenes:\n  - id: oar\n    title: Oar\n    prompt: Oar.\n`;
    const change: Change = { kind: 'add-scene', entity: 'character/ione', id, title: 'T', prompt: 'P' };
    expect(await changed(text, change)).toContain(message);
  });

  it('changes nothing through an alias that stands for another scene too', async () => {
    const text = `${HEAD}scenes:\n  - &first\n    id: oar\n    title: Oar\n    prompt: Oar.\n  - <<: *first\n    id: second\n`;
    expect(await changed(text, { kind: 'lock', scene, locked: true })).toMatch(/^refused: /);
  });

  it('asks to mend a broken file first', async () => {
    const world = await worldOf({
      [FILE]: `${HEAD}scenes:\n  - id: oar\n    title: Oar\n    prompt: Oar.\n`,
    });
    await files?.write(FILE, `${HEAD}scenes: [\n`);
    const proposal = await proposeChange(files?.root ?? '', world, { kind: 'reroll', scene });
    expect(proposal.kind).toBe('refused');
    expect(JSON.stringify(proposal)).toContain('Fix the file first.');
  });

  it('leaves a file alone whose bytes are not UTF-8, since a write would lose them', async () => {
    const text = `# caf\u00e9\n${HEAD}scenes:\n  - id: oar\n    title: Oar\n    prompt: Oar.\n`;
    const world = await worldOf({ [FILE]: text });
    const bytes = Buffer.from(text, 'latin1');
    await files?.write(FILE, bytes);
    const proposal = await proposeChange(files?.root ?? '', world, { kind: 'lock', scene, locked: true });
    expect(proposal).toEqual({
      kind: 'refused',
      message: expect.stringContaining('it is not UTF-8 text; save it as UTF-8 in your editor') as string,
    });
    expect(await files?.bytes(FILE)).toEqual(bytes);
  });

  it('writes through no link that leads out of the workspace', async () => {
    await worldOf({ 'content/style.yaml': 'style: ink\n' });
    const outside = `${HEAD}scenes:\n  - id: oar\n    title: Oar\n    prompt: Oar.\n`;
    await files?.write('../outside.yaml', outside);
    await files?.write('content/characters/ione/images/.keep', '');
    await symlink(`${files?.base ?? ''}/outside.yaml`, files?.path(FILE) ?? '');
    const world = new ContentReader(files?.root ?? '').load([FILE], undefined);
    const proposal = await proposeChange(files?.root ?? '', world, { kind: 'lock', scene, locked: true });
    expect(proposal.kind).toBe('refused');
    expect(JSON.stringify(proposal)).toContain('out of the workspace');
    expect(await readFile(`${files?.base ?? ''}/outside.yaml`, 'utf8')).toBe(outside);
  });

  it('reaches scenes that stand in image-ideas.yaml, and adds to them there', async () => {
    const ideas = 'content/characters/ione/image-ideas.yaml';
    const text =
      'character:\n  name: Ione\nscenes:\n  - id: oar\n    title: Oar\n    prompt_used: One oar in the fog.\n';
    const world = await worldOf({
      [FILE]: 'entity_type: character\nslug: ione\nappearance: A ferrywoman.\nprompts: {}\n',
      [ideas]: text,
    });
    const root = files?.root ?? '';
    const edit: Change = { kind: 'prompt', scene, prompt: 'Two oars in the fog.' };
    const first = await proposeChange(root, world, edit);
    if (first.kind !== 'proposed') throw new Error(first.message);
    expect(first.file).toBe(ideas);
    await applyChange(root, world, edit, first.digest);
    expect(await files?.read(ideas)).toBe(text.replace('One oar in the fog.', '"Two oars in the fog."'));
    const add: Change = {
      kind: 'add-scene',
      entity: 'character/ione',
      id: 'rope',
      title: 'Rope',
      prompt: 'A rope.',
    };
    const second = await proposeChange(root, world, add);
    if (second.kind !== 'proposed') throw new Error(second.message);
    expect(second.file).toBe(ideas);
  });
});
