/** How many entities of each kind a world has; of locations by dialect. */
export interface RealShape {
  readonly characters: number;
  readonly locations: Readonly<Record<LocationDialect, number>>;
  readonly chapters: number;
  /** The characters without a file of ideas for scenes. */
  readonly withoutIdeas: number;
  readonly seed: number;
}

export const LOCATION_DIALECTS = ['L1', 'L2', 'L3', 'L4', 'L5', 'L6'] as const;
export type LocationDialect = (typeof LOCATION_DIALECTS)[number];

/**
 * The proportions of a real world, as counted: 121 entities in 175 files with 8.2 MB of YAML, 1,797 scenes, one file
 * that cannot be read (43 of the scenes are in it).
 */
export const REAL_SHAPE: RealShape = {
  characters: 57,
  locations: { L1: 4, L2: 4, L3: 5, L4: 5, L5: 6, L6: 6 },
  chapters: 34,
  withoutIdeas: 3,
  seed: 18,
};

/** The same dialects in a tenth of the size. */
export const SMALL_REAL_SHAPE: RealShape = {
  characters: 6,
  locations: { L1: 1, L2: 1, L3: 1, L4: 1, L5: 1, L6: 2 },
  chapters: 3,
  withoutIdeas: 1,
  seed: 18,
};

export interface Person {
  readonly slug: string;
  readonly name: string;
  readonly hasPortrait: boolean;
}

export interface Place {
  readonly slug: string;
  readonly name: string;
  readonly dialect: LocationDialect;
  /** Position among the places of its dialect. */
  readonly number: number;
}

/** Who and what there is, which all files refer to. */
export interface Cast {
  readonly people: readonly Person[];
  readonly places: readonly Place[];
  readonly chapters: readonly string[];
}

const FIRST = ['Ossa', 'Ilmo', 'Brenn', 'Tavi', 'Merle', 'Udo', 'Sanna', 'Kerr'];
const LAST = ['Verrin', 'Tarn', 'Hollis', 'Quay', 'Marrow', 'Lund', 'Ashby', 'Rook'];
const NOUNS = ['Steps', 'Hall', 'House', 'Yard', 'Ward', 'Works', 'Inn'];
const KINDS = ['Gull', 'Tally', 'Ferry', 'Rope', 'Salt', 'Reed', 'Bell', 'Tar'];

export function castOf(shape: RealShape): Cast {
  const people = Array.from({ length: shape.characters }, (_, n): Person => {
    const name = `${at(FIRST, n)} ${at(LAST, Math.floor(n / FIRST.length))}`;
    // Of 57 portraits 48 are there.
    return { slug: slugOf(name), name, hasPortrait: n % 6 !== 5 };
  });
  const places: Place[] = [];
  for (const dialect of LOCATION_DIALECTS) {
    for (let number = 0; number < shape.locations[dialect]; number += 1) {
      const n = places.length;
      const name = `${at(KINDS, n)} ${at(NOUNS, Math.floor(n / KINDS.length) + n)}`;
      places.push({ slug: slugOf(name), name, dialect, number });
    }
  }
  const chapters = Array.from({ length: shape.chapters }, (_, n) => {
    // Chapters between two others have a half number.
    const number = n === 15 ? '15.5' : String(n + 1).padStart(2, '0');
    return `ch${number}-the-${at(KINDS, n).toLowerCase()}-${at(NOUNS, n).toLowerCase()}`;
  });
  return { people, places, chapters };
}

export function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function at(items: readonly string[], n: number): string {
  return items[n % items.length] ?? '';
}
