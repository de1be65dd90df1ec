import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContentReader, findImageryFiles, type Recipe } from '../src/index.js';
import { contentKey, itemName } from '../src/recipe/canonical-request.js';
import { writeRecord } from '../src/record/write-record.js';
import { afterAll, describe, expect, it } from 'vitest';
import { dialectTexts, writeWorld } from './support/dialect-world.js';

/** A recipe as the tool writes it, for a picture that was never made. */
function recipeOf(name: string, scene: string, prompt: string): Recipe {
  const request: Recipe['request'] = {
    v: 1,
    model: 'gemini-3-pro-image',
    take: 1,
    request: { contents: [{ role: 'user', parts: [{ text: prompt }] }], generationConfig: {} },
  };
  const key = contentKey(request);
  return {
    v: 1,
    item: itemName(name, key),
    key,
    request,
    references: [],
    provenance: {
      model: 'gemini-3-pro-image',
      run: '2026-01-01T00-00-00Z-abcdef',
      job: 'batches/x',
      finishedAt: '2026-01-01T00:00:00Z',
      costUsd: 0.07,
    },
    picture: {
      sha256: 'a'.repeat(64),
      bytes: 1,
      mimeType: 'image/png',
      extension: 'png',
      width: 1,
      height: 1,
      file: `${scene}.png`,
    },
    drafts: 0,
    warnings: [],
  };
}

const folders: string[] = [];

async function worldOf(
  texts: ReadonlyMap<string, string>,
): Promise<{ root: string; reader: ContentReader; files: string[] }> {
  const root = writeWorld(texts);
  folders.push(root);
  return { root, reader: new ContentReader(root), files: await findImageryFiles(root, '.') };
}

function layRecipes(root: string, world: ReturnType<ContentReader['load']>, prompt: string): void {
  for (const { entity } of world.entities) {
    for (const scene of entity?.scenes ?? []) {
      if (entity === undefined) continue;
      const name = `${entity.type}/${entity.slug}/${scene.id}`;
      const path = join(root, entity.root, 'images', `${scene.id}.recipe.json`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify(recipeOf(name, scene.id, prompt)));
    }
  }
}

/** Whether all lines of one text stand in another, in their order. */
function keepsLines(before: string, after: string): boolean {
  const lines = after.split(/\r?\n/);
  let at = 0;
  for (const line of before.trimEnd().split(/\r?\n/)) {
    const found = lines.indexOf(line, at);
    if (found < 0) return false;
    at = found + 1;
  }
  return true;
}

describe.each([
  ['LF', (text: string) => text.replaceAll('\r\n', '\n')],
  ['CRLF', (text: string) => text.replaceAll(/\r?\n/g, '\r\n')],
])('the record in files with %s line endings', (_name, ending) => {
  it('goes into the place that each dialect has for it, once, and changes nothing that is read from the file', async () => {
    const texts = new Map([...dialectTexts()].map(([path, text]) => [path, ending(text)]));
    const { root, reader, files } = await worldOf(texts);
    const before = reader.load(files, undefined);
    layRecipes(root, before, 'A boat — in "fog".\nAnd a quay.');
    let written = 0;
    for (const { entity } of before.entities) {
      if (entity === undefined || entity.scenes.length === 0) continue;
      const original = readFileSync(join(root, entity.file), 'utf8');
      expect(await writeRecord(root, entity), entity.file).toEqual({ kind: 'written' });
      const text = readFileSync(join(root, entity.file), 'utf8');
      expect(keepsLines(original, text), entity.file).toBe(true);
      expect(text.includes('generated_images:'), entity.file).toBe(entity.dialect !== 'C1+C2');
      if (original.includes('\r\n')) expect(text.replaceAll('\r\n', '').includes('\n')).toBe(false);
      expect(await writeRecord(root, entity)).toEqual({ kind: 'unchanged' });
      expect(readFileSync(join(root, entity.file), 'utf8')).toBe(text);
      written += 1;
    }
    expect(written).toBeGreaterThan(7);
    const after = new ContentReader(root).load(files, undefined);
    expect(after.entities.map((one) => one.entity)).toEqual(before.entities.map((one) => one.entity));
  });

  it('is replaced where pictures were made anew, whatever stands around it', async () => {
    const texts = new Map([...dialectTexts()].map(([path, text]) => [path, ending(text)]));
    const { root, reader, files } = await worldOf(texts);
    const world = reader.load(files, undefined);
    layRecipes(root, world, 'First.');
    for (const { entity } of world.entities) {
      if (entity !== undefined) await writeRecord(root, entity, { prompts: true });
    }
    layRecipes(root, world, 'Second.');
    for (const { entity } of world.entities) {
      if (entity === undefined || entity.scenes.length === 0) continue;
      expect(await writeRecord(root, entity, { prompts: true }), entity.file).toEqual({ kind: 'written' });
      const text = readFileSync(join(root, entity.file), 'utf8');
      expect(text.match(/prompt_used: "Second\."/g)).toHaveLength(entity.scenes.length);
      expect(text).not.toContain('"First."');
    }
  });

  it('is brief, and an entry with its prompt is shortened when its picture is made anew', async () => {
    const texts = new Map([...dialectTexts()].map(([path, text]) => [path, ending(text)]));
    const { root, reader, files } = await worldOf(texts);
    const world = reader.load(files, undefined);
    const entities = world.entities.flatMap(({ entity }) =>
      entity === undefined || entity.scenes.length === 0 ? [] : [entity],
    );
    const lines = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length;
    const before = new Map(entities.map(({ file }) => [file, lines(file)]));
    layRecipes(root, world, 'Brief.');
    for (const entity of entities) {
      await writeRecord(root, entity);
      const added = lines(entity.file) - (before.get(entity.file) ?? 0);
      expect(added, entity.file).toBeLessThanOrEqual(8 * entity.scenes.length + 2);
      expect(readFileSync(join(root, entity.file), 'utf8')).not.toContain('Brief.');
      await writeRecord(root, entity, { prompts: true });
      expect(await writeRecord(root, entity), entity.file).toEqual({ kind: 'unchanged' });
      expect(readFileSync(join(root, entity.file), 'utf8')).toContain('Brief.');
    }
    layRecipes(root, world, 'Anew.');
    for (const entity of entities) {
      await writeRecord(root, entity);
      expect(readFileSync(join(root, entity.file), 'utf8')).not.toMatch(/"Brief\.|"Anew\./);
    }
  });
});

describe('a file that is not UTF-8', () => {
  it('is left as it is, to the byte', async () => {
    const { root, reader, files } = await worldOf(
      new Map([
        [
          'characters/a/imagery.yaml',
          'entity_type: character\nname: A\nscenes: [{id: a, title: A, prompt: P}]\n',
        ],
      ]),
    );
    const world = reader.load(files, undefined);
    layRecipes(root, world, 'P');
    const entity = world.entities[0]?.entity;
    const path = join(root, 'characters/a/imagery.yaml');
    const bytes = Buffer.concat([readFileSync(path), Buffer.from([0x23, 0x20, 0xe9, 0x0a])]);
    writeFileSync(path, bytes);
    expect(entity === undefined ? undefined : await writeRecord(root, entity)).toMatchObject({
      kind: 'refused',
    });
    expect(readFileSync(path)).toEqual(bytes);
  });
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
