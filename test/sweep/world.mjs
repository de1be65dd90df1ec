/** The small world of the sweep: six scenes in three entities, two waves, and two scenes that ask for the same. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

export const SCENES = 6;
export const KEYS = 5;

const TEXTS = {
  'content/characters/mira/imagery.yaml': `# Written by a person, kept to the byte.
entity_type: character
name: Mira
references:
  - id: portrait
    path: images/portrait.png
    role: portrait
scenes:
  - id: first
    title: First
    prompt: Mira mends a net.
    references: [{ path: images/portrait.png }]
  - id: second
    title: Second
    prompt: Mira counts the catch.
    references: [{ path: images/portrait.png }]
  - id: third
    title: Third
    prompt: Mira counts the catch.   # the same request as the second
    references: [{ path: images/portrait.png }]
`,
  'content/locations/harbour/imagery.yaml': `entity_type: location
name: The Harbour
scenes:
  - id: dawn
    title: Dawn
    prompt: A harbour at dawn.
`,
  'content/chapters/storm/imagery.yaml': `entity_type: chapter
name: The Storm
scenes:
  - id: leaving
    title: Leaving
    prompt: The boat leaves the harbour.
    references:
      - character: mira
        scene: first
      - location: harbour
        scene: dawn
  - id: wreck
    title: Wreck
    prompt: A wreck on the rocks.
`,
};

/** Scenes by the folder of their entity. */
export const PICTURES = {
  'content/characters/mira': ['first', 'second', 'third'],
  'content/locations/harbour': ['dawn'],
  'content/chapters/storm': ['leaving', 'wreck'],
};

let portrait;

/** @param mark a word in every prompt, so that no two worlds ask for the same */
export async function makeWorld(root, mark) {
  portrait ??= await sharp({ create: { width: 40, height: 50, channels: 3, background: '#446688' } })
    .png()
    .toBuffer();
  const files = {
    ...TEXTS,
    'content/style.yaml': `style: Ink on paper, sheet ${mark}.\n`,
    'content/characters/mira/images/portrait.png': portrait,
  };
  for (const [path, data] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), data);
  }
  return files;
}
