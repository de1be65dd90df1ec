import { rm, symlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { drawnPicture, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';

const GENERATE = ['run-many', '-t', 'generate'];

function character(scene: string): string {
  return `entity_type: character\nname: Somebody\nscenes:\n  - id: one\n    title: One\n    prompt: A person.\n${scene}`;
}

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

/** What is wrong, in which file, and what must be said of it. */
const FAULTS: Readonly<
  Record<string, { readonly files: Record<string, string | Uint8Array>; readonly told: RegExp }>
> = {
  'broken-yaml': {
    files: { 'imagery.yaml': character('    tags: "a", "b"\n') },
    told: /broken-yaml\/imagery\.yaml:7:\d+ error yaml-syntax .+\n +7 \| {5}tags: "a", "b"/,
  },
  'unknown-ratio': {
    files: { 'imagery.yaml': character('    aspect_ratio: "16:10"\n') },
    told: /unknown-ratio\/imagery\.yaml:7:\d+ error unknown-aspect-ratio .+"16:10".+16:9/,
  },
  'missing-reference': {
    files: { 'imagery.yaml': character('    references:\n      - path: images/nobody.png\n') },
    told: /missing-reference\/imagery\.yaml:8:\d+ error missing-reference .+images\/nobody\.png does not exist/,
  },
  'duplicate-id': {
    files: { 'imagery.yaml': character('  - id: one\n    title: Two\n    prompt: Another.\n') },
    told: /duplicate-id\/imagery\.yaml:7:\d+ error duplicate-scene-id .+"one" is used twice/,
  },
  'path-outside': {
    files: { 'imagery.yaml': character('    references:\n      - path: ../../../secret.png\n') },
    told: /path-outside\/imagery\.yaml:8:\d+ error path-outside .+leaves/,
  },
  'lfs-pointer': {
    files: {
      'imagery.yaml': character('    references:\n      - path: images/portrait.png\n'),
      'images/portrait.png': POINTER,
    },
    told: /git lfs pull --include="content\/characters\/lfs-pointer\/images\/portrait\.png"/,
  },
  'empty-picture': {
    files: {
      'imagery.yaml': character('    references:\n      - path: images/portrait.png\n'),
      'images/portrait.png': '',
    },
    told: /empty-picture\/imagery\.yaml:8:\d+ error empty-picture .+0 bytes/,
  },
  'linked-outside': {
    files: { 'imagery.yaml': character('    references:\n      - path: portrait.png\n') },
    told: /linked-outside\/imagery\.yaml:8:\d+ error path-outside .+link that leaves the workspace/,
  },
  'retired-model': {
    files: { 'imagery.yaml': character('    model: imagen-3.0-generate-002\n') },
    told: /retired-model\/imagery\.yaml:7:\d+ error retired-model .+Write "gemini-3-pro-image"/,
  },
};

describe('content with mistakes', () => {
  let workspace: TestWorkspace;
  let service: Service;
  let output = '';

  beforeAll(async () => {
    service = await Service.start();
    const files = await smallWorld();
    for (const [name, fault] of Object.entries(FAULTS)) {
      for (const [path, data] of Object.entries(fault.files))
        files[`content/characters/${name}/${path}`] = data;
    }
    workspace = await TestWorkspace.create({ files });
    service.serve(workspace);
    await workspace.write('../secret.png', await drawnPicture('#000000'));
    await symlink(
      workspace.path('../secret.png'),
      workspace.path('content/characters/linked-outside/portrait.png'),
    );
    const finished = await workspace.nx([...GENERATE, '--output-style=stream']);
    expect(finished.code).toBe(1);
    output = finished.output;
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it.each(Object.keys(FAULTS))('says what is wrong at its place: %s', (name) => {
    expect(output).toMatch(FAULTS[name]?.told ?? /never/);
  });

  it('makes everything else, and uploads nothing for what is wrong', () => {
    expect(service.billed().filter((key) => !/(ione|low-quay|first-crossing|lock-keeper)/.test(key))).toEqual(
      [],
    );
    expect(service.billed()).toHaveLength(6);
  });

  it('is well again once it is mended, added, renamed or deleted, without a reset of Nx', async () => {
    await workspace.write('content/characters/broken-yaml/imagery.yaml', character(''));
    await workspace.git('mv', 'content/characters/unknown-ratio', 'content/characters/known-ratio');
    await workspace.edit('content/characters/known-ratio/imagery.yaml', '16:10', '16:9');
    for (const name of [
      'missing-reference',
      'duplicate-id',
      'path-outside',
      'lfs-pointer',
      'empty-picture',
      'linked-outside',
      'retired-model',
    ]) {
      await rm(workspace.path('content/characters', name), { recursive: true });
    }
    await workspace.write(
      'content/locations/mill/imagery.yaml',
      'entity_type: location\nname: The Mill\nscenes: []\n',
    );
    const finished = await workspace.nx(GENERATE);
    expect(finished.code).toBe(0);
    expect(finished.output).toMatch(/known-ratio[^]*mill/);
    expect(finished.output).toContain('7 projects');
  });
});
