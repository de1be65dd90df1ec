import { copyFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { plural, writeFileAtomic } from 'chargen-core';
import { z } from 'zod';
import { isInside } from '../changes/authored.js';
import { GalleryReader, type CollectedGallery, type GalleryWorkspace } from '../data/collect.js';
import { writeGallery } from './write-gallery.js';

export type StaticOutcome =
  | {
      readonly kind: 'written';
      /** Absolute. */
      readonly page: string;
      readonly scenes: number;
      readonly pictures: number;
      readonly bytes: number;
      /** What the page does not have and the served one has, or would have; sentences. */
      readonly leftOut: readonly string[];
    }
  /** A sentence for people. Nothing was written. */
  | { readonly kind: 'refused'; readonly message: string };

/** What was written the last time; it also says that the folder is one of ours. Relative to it. */
const LIST_FILE = 'gallery.json';
const listSchema = z.object({ v: z.literal(1), pictures: z.array(z.string()) });

/** In the folder of the page. `chargen/` and not `.chargen/`: uploads of artifacts leave hidden files out. */
function copyOf(path: string): string {
  return `pictures/${path.replace(/^\.chargen\//, 'chargen/')}`;
}

/**
 * Writes the page with all pictures that it shows into one folder (absolute), which works wherever it is moved. A folder
 * that holds other files is left alone.
 */
export async function writeStaticGallery(
  workspace: GalleryWorkspace,
  folder: string,
  now: number,
): Promise<StaticOutcome> {
  const before = await readList(folder);
  if (before === undefined) {
    const message = `${folder} holds files of something else. Name a folder that is empty or not there yet.`;
    return { kind: 'refused', message };
  }
  const whole = new Set<string>();
  // The store has most pictures of the folders too.
  const byDigest = new Map<string, string>();
  const unread = new Set<string>();
  const place: GalleryWorkspace = {
    ...workspace,
    folder: relative(workspace.root, folder),
    href: (path, sha256) => {
      const first = sha256 === undefined ? path : (byDigest.get(sha256) ?? path);
      if (sha256 !== undefined) byDigest.set(sha256, first);
      (sha256 === undefined ? unread : whole).add(first);
      return copyOf(first).split('/').map(encodeURIComponent).join('/');
    },
  };
  // At first: a page that is cut short is still one of ours.
  await writeList(folder, before);
  const gallery = await new GalleryReader(place).collect(now);
  const page = await writeGallery(place, gallery);
  const { copied, bytes, lost } = await copyPictures(workspace.root, folder, whole);
  for (const name of before) if (!copied.has(name)) await rm(join(folder, name), { force: true });
  await writeList(folder, [...copied].sort());
  const leftOut = leftOutOf(gallery, unread.size, lost);
  await writeFileAtomic(join(folder, 'README.txt'), readme(gallery, leftOut));
  return {
    kind: 'written',
    page,
    scenes: gallery.index.scenes.length,
    pictures: copied.size,
    bytes,
    leftOut,
  };
}

/** The pictures that an earlier call wrote; undefined if the folder is of something else. */
async function readList(folder: string): Promise<readonly string[] | undefined> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return [];
  try {
    const list = listSchema.parse(JSON.parse(await readFile(join(folder, LIST_FILE), 'utf8')));
    return list.pictures.filter((name) => name.startsWith('pictures/') && !name.split('/').includes('..'));
  } catch {
    return undefined;
  }
}

async function writeList(folder: string, pictures: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, LIST_FILE), `${JSON.stringify({ v: 1, pictures }, undefined, 2)}\n`);
}

interface Copied {
  /** Relative to the folder of the page. */
  readonly copied: ReadonlySet<string>;
  readonly bytes: number;
  /** Pictures that are not here any more, or that a link leads out of the workspace for. */
  readonly lost: number;
}

async function copyPictures(root: string, folder: string, paths: ReadonlySet<string>): Promise<Copied> {
  const copied = new Set<string>();
  let bytes = 0;
  let lost = 0;
  for (const path of paths) {
    const name = copyOf(path);
    if (!(await isInside(root, path))) {
      lost += 1;
      continue;
    }
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await copyFile(join(root, path), join(folder, name));
    bytes += (await stat(join(folder, name))).size;
    copied.add(name);
  }
  return { copied, bytes, lost };
}

function leftOutOf({ runs }: CollectedGallery, unread: number, lost: number): string[] {
  const files = (count: number): string => plural(count, 'picture');
  return [
    'Changes, reviews and runs: for them, serve the page with chargen gallery --serve.',
    ...(unread === 0
      ? []
      : [
          `${files(unread)} of which only a Git LFS pointer or a damaged file is here. For pointers: git lfs pull.`,
        ]),
    ...(lost === 0
      ? []
      : [
          `${files(lost)} whose bytes are not here any more, or are behind a link that leads out of the workspace.`,
        ]),
    ...(runs.length === 0
      ? [
          'Runs, contact sheets and earlier pictures: this machine has none. They are in .chargen of the machine that made them.',
        ]
      : ['Runs and earlier pictures of other machines.']),
  ];
}

function readme({ index }: CollectedGallery, leftOut: readonly string[]): string {
  const list = leftOut.map((one) => `- ${one}`).join('\n');
  return `The pictures of ${index.title}, as of ${index.madeAt}. Open index.html in a browser.\n\nNot in it:\n${list}\n`;
}
