import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ContentReader, referenceDiagnostics } from '../src/content/index.js';
import { dialectTexts, imageryFiles, worldDiagnostics, writeWorld } from './support/dialect-world.js';

function setUp(): { root: string; files: string[]; reader: ContentReader } {
  const texts = dialectTexts();
  const root = writeWorld(texts);
  return { root, files: imageryFiles(texts), reader: new ContentReader(root) };
}

describe('the reader of a world', () => {
  it('gives back what it read before for every file but the one that changed', () => {
    const { root, files, reader } = setUp();
    const before = reader.load(files, undefined);
    appendFileSync(join(root, 'locations/tally-hall/imagery.yaml'), '\n# a remark\n');
    const after = reader.load(files, undefined);
    const kept = after.entities.filter((loaded, index) => loaded === before.entities[index]);
    expect(after.entities.length - kept.length).toBe(1);
    const hall = after.find('location', 'tally-hall');
    expect(hall).not.toBe(before.find('location', 'tally-hall'));
    // A remark changes the file and nothing that was authored.
    expect(hall?.entity).toEqual(before.find('location', 'tally-hall')?.entity);
    expect(hall?.sourceDigest).not.toBe(before.find('location', 'tally-hall')?.sourceDigest);
  });

  it('sees a change of the second file of a character', () => {
    const { root, files, reader } = setUp();
    reader.load(files, undefined);
    writeFileSync(
      join(root, 'characters/ossa-verrin/image-ideas.yaml'),
      'scenes:\n  - { title: Only one, scene: s }\n',
    );
    const scenes = reader.load(files, undefined).find('character', 'ossa-verrin')?.entity?.scenes;
    expect(scenes?.map((scene) => scene.id)).toEqual(['only-one']);
    rmSync(join(root, 'characters/ossa-verrin/image-ideas.yaml'));
    expect(reader.load(files, undefined).find('character', 'ossa-verrin')?.entity?.scenes).toEqual([]);
  });

  it('names the second file where that is the broken one', () => {
    const { root, files, reader } = setUp();
    writeFileSync(join(root, 'characters/ossa-verrin/image-ideas.yaml'), 'scenes:\n  - title: "A", B\n');
    const loaded = reader.load(files, undefined).find('character', 'ossa-verrin');
    expect(loaded?.entity).toBeUndefined();
    expect(loaded?.diagnostics).toMatchObject([
      { code: 'yaml-syntax', file: 'characters/ossa-verrin/image-ideas.yaml', line: 2 },
    ]);
  });

  it('is the same world in whatever order its files are named', () => {
    const { root, files } = setUp();
    const forward = new ContentReader(root).load(files, undefined);
    const backward = new ContentReader(root).load(files.toReversed(), undefined);
    expect(JSON.stringify(backward.entities)).toBe(JSON.stringify(forward.entities));
    expect(worldDiagnostics(backward)).toEqual(worldDiagnostics(forward));
    expect(referenceDiagnostics(backward)).toEqual(referenceDiagnostics(forward));
  });

  it('keeps records of generated pictures out of what was authored', () => {
    const { root, files, reader } = setUp();
    const before = reader.load(files, undefined).find('character', 'ossa-verrin')?.entity;
    appendFileSync(
      join(root, 'characters/ossa-verrin/imagery.yaml'),
      '  - id: ossa-verrin-x\n    path: images/x.png\n    generation: { tool: chargen, target_id: hauling-the-chain }\n',
    );
    const after = reader.load(files, undefined).find('character', 'ossa-verrin');
    expect(after?.inventory?.map((entry) => entry.id)).not.toContain('ossa-verrin-x');
    expect(after?.inventory?.length).toBeGreaterThan(0);
    expect(after?.entity).toEqual(before);
  });

  it('tells a file that is gone as an error of its entity', () => {
    const { reader } = setUp();
    const world = reader.load(['locations/nowhere/imagery.yaml'], undefined);
    expect(world.entities[0]?.diagnostics).toMatchObject([{ severity: 'error', code: 'unreadable-file' }]);
  });
});
