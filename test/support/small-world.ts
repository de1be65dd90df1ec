import sharp from 'sharp';

/** A small picture of one colour. */
export function drawnPicture(colour: string, width = 48, height = 60): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

const IONE = `entity_type: character
name: Ione Marsh
appearance: A ferrywoman with grey braids and a red scarf.
references:
  - id: portrait
    path: images/portrait.png
    role: portrait
scenes:
  - id: at-the-oar
    title: At the oar
    prompt: Ione pulls one long oar through fog.
    aspect_ratio: "3:4"
    references:
      - path: images/portrait.png
  # The lamp is the one from the first chapter.
  - id: lamp
    title: The lamp
    prompt: Ione lifts a lamp to look at a stranger.
    aspect_ratio: "16:9"
    references:
      - path: images/portrait.png
`;

const QUAY = `entity_type: location
name: The Low Quay
scenes:
  - id: establishing
    title: The quay at dawn
    prompt: A low stone quay in fog, one ferry tied up.
    aspect_ratio: "16:9"
`;

const CHAPTER = `entity_type: chapter
name: The First Crossing
scenes:
  - id: departure
    title: Departure
    prompt: The ferry leaves the quay.
    references:
      - character: ione
      - location: low-quay
        scene: establishing
  - id: midstream
    title: Midstream
    prompt: Fog closes over the ferry.
    references:
      - character: ione
        scene: at-the-oar
`;

const LONER = `entity_type: character
name: The Lock Keeper
scenes:
  - id: keys
    title: Keys
    prompt: A ring of iron keys on a nail.
`;

export const PATHS = {
  ione: 'content/characters/ione/imagery.yaml',
  portrait: 'content/characters/ione/images/portrait.png',
  quay: 'content/locations/low-quay/imagery.yaml',
  chapter: 'content/chapters/first-crossing/imagery.yaml',
  loner: 'content/characters/lock-keeper/imagery.yaml',
} as const;

/** Four entities and six scenes: two waves, a portrait that three scenes use, and one entity that nobody shows. */
export async function smallWorld(): Promise<Record<string, string | Uint8Array>> {
  return {
    'content/style.yaml': 'style: Ink and watercolour on rough paper.\n',
    [PATHS.ione]: IONE,
    [PATHS.portrait]: await drawnPicture('#884422'),
    [PATHS.quay]: QUAY,
    [PATHS.chapter]: CHAPTER,
    [PATHS.loner]: LONER,
  };
}

export const SCENES = 6;
export const PROJECTS = 4;
