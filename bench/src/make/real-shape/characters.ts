import type { Person } from './cast.js';
import { slugOf } from './cast.js';
import { listed, quoted, type Prose } from './prose.js';

/** A picture in an entity's folder; `name` is relative to `images/`. */
export interface MadePicture {
  readonly name: string;
  readonly isPortrait: boolean;
}

export interface Idea {
  readonly title: string;
}

/** A tenth of the inventories is empty or short, the longest has 83 entries; the median is 34. */
export function entriesOf(index: number): number {
  if (index === 0) return 83;
  return 19 + ((index * 11) % 31);
}

/** The titles of the scenes that somebody thought of for a person: 14 or 15. */
export function ideasOf(index: number, prose: Prose): readonly Idea[] {
  return Array.from({ length: index % 3 === 2 ? 14 : 15 }, (_, n) => ({
    title: `${prose.words(2)} ${String(n + 1)}`.replace(/^./, (first) => first.toUpperCase()),
  }));
}

/** image-ideas.yaml: scenes to be made, without ids and without prompts (C2). */
export function ideasText(
  person: Person,
  ideas: readonly Idea[],
  other: Person | undefined,
  prose: Prose,
): string {
  const lines = [
    'character:',
    `  name: ${person.name}`,
    `  summary: ${prose.text(300)}`,
    'visual_consistency:',
    ...Array.from({ length: 8 }, () => `  - ${prose.text(60)}`),
    'scenes:',
  ];
  for (const [n, { title }] of ideas.entries()) {
    lines.push(
      `  - title: ${title}`,
      `    scene: ${prose.text(110)}`,
      `    pose: ${prose.text(60)}`,
      `    setting: ${prose.text(60)}`,
      `    mood: ${prose.words(4)}`,
      `    tags: [${prose.word()}, ${prose.word()}, ${prose.word()}]`,
    );
    if (n === 0 && other !== undefined) lines.push('    depicts_characters:', `      - ${other.slug}`);
  }
  return `${lines.join('\n')}\n`;
}

/** imagery.yaml of a person: what an analysis found in the pictures that are there (C1). */
export function inventoryText(
  person: Person,
  ideas: readonly Idea[],
  entries: number,
  prose: Prose,
): { readonly text: string; readonly pictures: readonly MadePicture[] } {
  const lines = [
    'entity_type: "character"',
    `slug: ${quoted(person.slug)}`,
    `appearance: ${quoted(prose.text(850))}`,
    'prompts: []',
    entries === 0 ? 'image_inventory: []' : 'image_inventory:',
  ];
  const pictures: MadePicture[] = [];
  for (let n = 0; n < entries; n += 1) {
    const isPortrait = n === 0;
    const time = 1_766_000_000_000 + n;
    const idea = ideas[n - 1];
    // A title as file names have it, and a time; what comes after the ideas has words of its own.
    const words = slugOf(idea?.title ?? `${prose.words(3)} ${String(n)}`).slice(0, 30);
    const file = isPortrait ? 'portrait.png' : `${person.slug}-${words}-${String(time)}-2025-12-17.png`;
    // Of ten scenes that were thought of nine have their picture; of the rest of the inventory two thirds are there.
    const isThere = isPortrait ? person.hasPortrait : idea !== undefined ? n % 10 !== 9 : n % 3 !== 2;
    if (isThere) pictures.push({ name: file, isPortrait });
    lines.push(
      ...entryLines(
        `${person.slug}-${isPortrait ? 'portrait' : `${words}-${String(n)}`}`,
        file,
        isPortrait,
        prose,
      ),
    );
  }
  return { text: `${lines.join('\n')}\n`, pictures };
}

function entryLines(id: string, file: string, isPortrait: boolean, prose: Prose): string[] {
  return [
    `  - id: ${quoted(id)}`,
    `    path: ${quoted(`images/${file}`)}`,
    `    type: ${quoted(isPortrait ? 'imported' : 'generated')}`,
    '    status: "approved"',
    ...(isPortrait ? ['    is_reference_portrait: true'] : []),
    `    image_type: ${quoted(isPortrait ? 'portrait' : prose.of(['portrait', 'scene', 'action', 'mood']))}`,
    `    image_subtype: ${quoted(prose.of(['dramatic', 'formal', 'interior', 'exterior', 'candid']))}`,
    '    content:',
    `      title: ${quoted(prose.words(4))}`,
    `      description: ${quoted(prose.text(330))}`,
    `      alt_text: ${quoted(prose.text(200))}`,
    ...listed(6, 'tags', ['canon', prose.word(), prose.word(), prose.word(), prose.word()]),
    `      composition_notes: ${quoted(prose.text(220))}`,
    `      narrative_significance: ${quoted(prose.text(200))}`,
    ...listed(6, 'symbolic_elements', [prose.words(3), prose.words(4), prose.words(3)]),
    `      suggested_filename: ${quoted(slugOf(prose.words(4)))}`,
    '    lighting:',
    `      primary_source: ${quoted(prose.words(6))}`,
    `      quality: ${quoted(prose.words(4))}`,
    `      direction: ${quoted(prose.words(5))}`,
    `      color_temperature: ${quoted(prose.words(4))}`,
    `      shadow_depth: ${quoted(prose.words(4))}`,
    `      atmospheric: ${quoted(prose.words(8))}`,
    '    palette:',
    ...listed(6, 'dominant', [prose.words(2), prose.words(2), prose.words(2), prose.words(2)]),
    ...listed(6, 'accent', [prose.words(2), prose.words(2)]),
    '    canon_analysis:',
    '      matches_description: true',
    ...listed(6, 'verified_features', [prose.words(5), prose.words(6), prose.words(5), prose.words(6)]),
    `      notes: ${quoted(prose.text(180))}`,
    '    provenance:',
    '      source: "imported"',
    '      created_at: "2025-12-17"',
    `      original_filename: ${quoted(file)}`,
  ];
}
