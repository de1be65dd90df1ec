import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, with these files in it; removed after the test. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'chargen-cli-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await addFiles(root, files);
  return root;
}

export async function addFiles(
  root: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** The smallest whole PNG: one pixel. */
export const PIXEL_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export const POINTER_OID = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
export const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${POINTER_OID}\nsize 12345\n`;

/** Two characters and a place, with what planning must tell apart: pointers, waits, locks, what dangles. */
export const SMALL_WORLD: Readonly<Record<string, string | Uint8Array>> = {
  'characters/mara/imagery.yaml': `entity_type: character
name: Mara
appearance: A tall ferrywoman with grey braids.
references:
  - id: portrait
    path: images/portrait.png
    role: portrait
scenes:
  - id: landing
    title: The landing
    prompt: Mara ties up the ferry at dusk.
    aspect_ratio: "16:9"
    references:
      - path: images/portrait.png
        role: portrait
      - location: quay
        scene: establishing
  - id: asleep
    title: Asleep
    prompt: Mara sleeps in the stern.
    locked: true
  - id: alone
    title: Alone
    prompt: Mara rows alone.
`,
  'characters/mara/images/portrait.png': POINTER,
  'characters/oswin/imagery.yaml': `entity_type: character
name: Oswin
scenes:
  - id: ledger
    title: The ledger
    prompt: Oswin bends over a ledger.
    references:
      - character: marra
`,
  'locations/quay/imagery.yaml': `entity_type: location
name: The Quay
scenes:
  - id: establishing
    title: The quay
    prompt: A stone quay in the rain.
    aspect_ratio: "21:9"
`,
};
