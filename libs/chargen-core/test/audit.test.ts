import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawnPicture } from '../../../test/support/small-world.js';
import { auditWorld, ContentReader } from '../src/index.js';
import { KEY_VERSION } from '../src/recipe/key-version.js';

const ADA = 'characters/ada';
const YAML = `entity_type: character
name: Ada
references:
  - id: portrait
    path: images/portrait.png
scenes:
  - { id: whole, title: Whole, prompt: Ada reads., alt_text: A woman reads. }
  - { id: silent, title: Silent, prompt: Ada sleeps. }
  - { id: bare, title: Bare, prompt: Ada walks., alt_text: A woman walks. }
  - { id: gone, title: Gone, prompt: Ada sings., alt_text: A woman sings. }
  - { id: squeezed, title: Squeezed, prompt: Ada runs., alt_text: A woman runs. }
  - { id: pointer, title: Pointer, prompt: Ada swims., alt_text: A woman swims. }
  - { id: drawn, title: Drawn, prompt: Ada draws., alt_text: A drawing., locked: true }
  - { id: never, title: Never, prompt: Ada waits. }
`;

function recipeOf(scene: string, bytes: Uint8Array): string {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = sha256;
  const text = { role: 'user', parts: [{ text: 'Ada.' }] };
  const generationConfig = {
    responseModalities: ['IMAGE'],
    imageConfig: { aspectRatio: '1:1', imageSize: '1K' },
  };
  return JSON.stringify({
    v: 1,
    item: `character/ada/${scene}@sha256:${key}`,
    key,
    request: { v: KEY_VERSION, model: 'm', take: 1, request: { contents: [text], generationConfig } },
    references: [],
    provenance: { model: 'm', run: 'r', job: 'batches/1', finishedAt: '2026-11-01T00:00:00Z', costUsd: 0 },
    picture: {
      sha256,
      bytes: bytes.length,
      mimeType: 'image/png',
      extension: 'png',
      width: 48,
      height: 60,
      file: `${scene}.png`,
    },
    drafts: 0,
    warnings: [],
  });
}

describe('an audit', () => {
  it('finds what is not as recorded, and nothing where all is', async () => {
    const root = await mkdtemp(join(tmpdir(), 'chargen-audit-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const put = async (path: string, data: string | Uint8Array): Promise<void> => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), data);
    };
    const picture = await drawnPicture('#aabbcc');
    const other = await drawnPicture('#ccbbaa');
    const oid = createHash('sha256').update(picture).digest('hex');
    await put(`${ADA}/imagery.yaml`, YAML);
    for (const id of ['portrait', 'whole', 'silent', 'bare', 'drawn', 'stray'])
      await put(`${ADA}/images/${id}.png`, picture);
    await put(`${ADA}/images/squeezed.png`, other);
    await put(
      `${ADA}/images/pointer.png`,
      `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${String(picture.length)}\n`,
    );
    for (const id of ['whole', 'silent', 'gone', 'squeezed', 'pointer']) {
      await put(`${ADA}/images/${id}.recipe.json`, recipeOf(id, picture));
    }
    const world = new ContentReader(root).load([`${ADA}/imagery.yaml`], undefined);
    const audit = await auditWorld({ workspaceRoot: root, world });
    expect(audit.findings.map(({ kind, path }) => `${kind} ${path.slice(ADA.length + 8)}`)).toEqual([
      'without-alt-text silent.png',
      'picture-without-recipe bare.png',
      'recipe-without-picture gone.recipe.json',
      'changed-picture squeezed.png',
      'lfs-pointer pointer.png',
      'unknown-picture stray.png',
    ]);
    expect([audit.pictures, audit.authored]).toEqual([6, 1]);
    expect((await auditWorld({ workspaceRoot: root, world, chosen: () => false })).findings).toEqual([]);
  });
});
