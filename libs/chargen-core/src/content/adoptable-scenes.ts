import { posix } from 'node:path';
import { nearestByWords } from '../util/nearest.js';
import type { Entity, InventoryEntry, Scene } from './entity.js';
import { PICTURE_NAME } from './file-names.js';
import { imagePath } from './picture-paths.js';

/** A picture from before chargen that belongs to a scene beyond doubt. */
export interface AdoptablePicture {
  readonly scene: string;
  /** As it was given, relative to the entity's `images/`. */
  readonly file: string;
  /** `inventory`: an entry of the file ties them; `name`: the picture's file name does. */
  readonly how: 'inventory' | 'name';
  /** Older pictures of the same scene, newest first. */
  readonly older: readonly string[];
}

/** A picture that may belong to a scene, but not beyond doubt: a person decides. */
export interface DoubtfulPicture {
  readonly files: readonly string[];
  readonly scenes: readonly string[];
  readonly why: 'several-scenes' | 'same-time';
}

/** A picture that neither an inventory nor its name ties to a scene, and that the entity does not show. */
export interface UnmentionedPicture {
  readonly file: string;
  /** The id of the scene whose name is nearest, however far it is; undefined if the entity has no scene. */
  readonly nearest: string | undefined;
}

export interface Adoption {
  readonly adopt: readonly AdoptablePicture[];
  readonly doubtful: readonly DoubtfulPicture[];
  readonly unmentioned: readonly UnmentionedPicture[];
}

interface Candidate {
  readonly file: string;
  readonly how: AdoptablePicture['how'];
  /** Milliseconds since 1970, read from the name; 0 if the name holds no time. */
  readonly time: number;
}

/**
 * Ties pictures that are there to the scenes that they were made for, by what an inventory states about them or by the
 * names that earlier tools gave: `<slug>-<title, cut at 30>-<13 digits>-<date>`, `<slug>-<title>-<number>-<13
 * digits>`, `<scene id>-<13 digits>-<13 digits>`. Of several the newest wins; two scenes for one picture, or two
 * pictures of one time for a scene, are doubts and never decided here.
 */
export function adoptableScenes(
  entity: Entity,
  filesInImages: readonly string[],
  inventory: readonly InventoryEntry[] = [],
): Adoption {
  const images = imagePath(entity.root);
  const known = new Map(inventory.map((entry) => [posix.relative(images, entry.path), entry]));
  const authored = new Set(
    entity.pictures.flatMap((picture) => picture.paths.map((path) => posix.relative(images, path))),
  );
  const names = namesOf(entity);
  const byScene = new Map<string, Candidate[]>();
  const doubtful: DoubtfulPicture[] = [];
  const unmentioned: UnmentionedPicture[] = [];
  for (const file of [...new Set(filesInImages)].sort()) {
    if (authored.has(file) || !PICTURE_NAME.test(file)) continue;
    const found = match(entity, file, known.get(file), names);
    if (found === undefined) {
      unmentioned.push({
        file,
        // Only on request: every name is compared for it, and a plan does not need it.
        get nearest() {
          return nearestScene(entity, file, names);
        },
      });
      continue;
    }
    const [only, ...others] = found.scenes;
    if (only === undefined) continue;
    if (others.length > 0) {
      doubtful.push({ files: [file], scenes: [...found.scenes].sort(), why: 'several-scenes' });
      continue;
    }
    byScene.set(only, [...(byScene.get(only) ?? []), { file, how: found.how, time: found.time }]);
  }
  const adopt: AdoptablePicture[] = [];
  for (const { id } of entity.scenes) {
    const candidates = (byScene.get(id) ?? []).toSorted((a, b) => b.time - a.time);
    const [newest, second] = candidates;
    if (newest === undefined) continue;
    if (second?.time === newest.time) {
      const files = candidates.filter(({ time }) => time === newest.time).map(({ file }) => file);
      doubtful.push({ files, scenes: [id], why: 'same-time' });
      continue;
    }
    adopt.push({
      scene: id,
      file: newest.file,
      how: newest.how,
      older: candidates.slice(1).map(({ file }) => file),
    });
  }
  return { adopt, doubtful, unmentioned };
}

interface Match {
  readonly scenes: readonly string[];
  readonly how: AdoptablePicture['how'];
  readonly time: number;
}

function match(
  entity: Entity,
  file: string,
  entry: InventoryEntry | undefined,
  names: ReadonlyMap<string, ReadonlySet<string>>,
): Match | undefined {
  const { time } = readName(stem(file));
  const stated = entry?.scene;
  if (stated !== undefined && entity.scenes.some((scene) => scene.id === stated)) {
    return { scenes: [stated], how: 'inventory', time };
  }
  const own = byName(stem(file), names);
  if (own !== undefined) return { ...own, how: 'name' };
  // If a picture was renamed for what it shows, the inventory still holds its earlier name.
  for (const name of [entry?.originalName === undefined ? undefined : stem(entry.originalName), entry?.id]) {
    const before = name === undefined ? undefined : byName(name, names);
    if (before !== undefined)
      return { ...before, time: before.time === 0 ? time : before.time, how: 'inventory' };
  }
  return undefined;
}

function byName(
  name: string,
  names: ReadonlyMap<string, ReadonlySet<string>>,
): Omit<Match, 'how'> | undefined {
  const { words, time, stamped } = readName(name);
  const exact = names.get(tidy(name));
  if (exact !== undefined) return { scenes: [...exact], time };
  // A name without a time that merely begins like a title was chosen by a person.
  if (!stamped) return undefined;
  for (const wanted of [words, words.replace(/-\d{1,2}$/, '')]) {
    const scenes = names.get(wanted);
    if (scenes !== undefined) return { scenes: [...scenes], time };
  }
  return undefined;
}

/** By its name and the scenes' ids and titles, without the times and the entity that earlier tools put into a name. */
function nearestScene(
  { slug }: Entity,
  file: string,
  names: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const own = (name: string): string => (name.startsWith(`${slug}-`) ? name.slice(slug.length + 1) : name);
  const scenes = new Map([...names].map(([name, ids]) => [own(name), [...ids].sort()[0]]));
  const close = nearestByWords(own(readName(stem(file)).words), [...scenes.keys()]);
  return close === undefined ? undefined : scenes.get(close);
}

function stem(file: string): string {
  return posix.basename(file, posix.extname(file));
}

function tidy(name: string): string {
  return name.replace(/-{2,}/g, '-').replace(/^-+|-+$/g, '');
}

/** Parts a name into its words and the times at its end. */
function readName(name: string): { words: string; time: number; stamped: boolean } {
  let words = tidy(name);
  let time = 0;
  let day = 0;
  for (;;) {
    const stamp = /^(.*)-(\d{13})$/.exec(words);
    const date = /^(.*)-(\d{4})-(\d{2})-(\d{2})$/.exec(words);
    if (stamp !== null) {
      time = Math.max(time, Number(stamp[2]));
      words = stamp[1] ?? '';
    } else if (date !== null) {
      day = Math.max(day, Date.UTC(Number(date[2]), Number(date[3]) - 1, Number(date[4])));
      words = date[1] ?? '';
    } else break;
  }
  return { words: tidy(words), time: time === 0 ? day : time, stamped: time + day > 0 };
}

/** What earlier tools called a scene, each name with all scenes that would have had it. */
function namesOf(entity: Entity): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const add = (name: string, scene: Scene): void => {
    const key = tidy(name);
    if (key !== '') names.set(key, (names.get(key) ?? new Set()).add(scene.id));
  };
  for (const scene of entity.scenes) {
    const title = tidy(scene.title.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
    // Titles of chapters and zones are sentences and common words; there the ids were used.
    const words = entity.type === 'character' ? [scene.id, title] : [scene.id];
    for (const name of new Set(words)) {
      for (const cut of new Set([name, name.slice(0, 40), name.slice(0, 30)])) {
        add(cut, scene);
        add(`${entity.slug}-${cut}`, scene);
      }
    }
  }
  return names;
}
