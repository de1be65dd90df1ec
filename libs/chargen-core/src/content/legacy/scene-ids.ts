import { sha256Hex } from '../../util/digest.js';
import { SCENE_ID } from '../canonical-schema.js';
import { pathText } from '../data-path.js';
import type { DataPath } from '../entity.js';
import type { Notebook } from '../notebook.js';
import { slugOf } from '../slug.js';

/** A longer id would make file names that some file systems refuse. */
const MAX_ID = 120;

/**
 * Gives scenes their ids, from what the author wrote and never from a place in a list: an inserted scene must
 * not rename its followers. Where two clash the first keeps its id and the other is an error of its own, since
 * any other name for it would move as soon as one of them is edited.
 */
export class SceneIds {
  readonly #first = new Map<string, DataPath>();

  constructor(
    readonly book: Notebook,
    /** File names (without extension) of authored pictures in `images/`, which no scene may overwrite. */
    readonly taken: ReadonlySet<string>,
  ) {}

  /** The id that an author wrote as one. Undefined where the scene can have none; that was told then. */
  claim(written: string, at: DataPath): string | undefined {
    const id = fileNameOf(written);
    if (id !== written) {
      this.book.note('scene-id-changed', `"${written}" cannot be a file name; the scene's id is "${id}".`, at);
    }
    return this.#take(id, at);
  }

  /** The id of a scene that has a title and no id. */
  claimTitle(title: string, at: DataPath): string | undefined {
    return this.#take(fileNameOf(slugOf(title), title), at);
  }

  #take(id: string, at: DataPath): string | undefined {
    const first = this.#first.get(id);
    if (first !== undefined) {
      this.book.error(
        'duplicate-scene-id',
        `Two scenes have the id "${id}": ${pathText(first)} and ${pathText(at)}. The second is left out; ` +
          'give one of them another slug or title.',
        at,
        `${id}#2`,
      );
      return undefined;
    }
    this.#first.set(id, at);
    if (!this.taken.has(id)) return id;
    this.book.error(
      'scene-names-reference',
      `The scene "${id}" would overwrite your picture of the same name in images/. Give it another slug or title.`,
      at,
      id,
    );
    return undefined;
  }
}

function fileNameOf(written: string, origin = written): string {
  if (written.length <= MAX_ID && SCENE_ID.test(written)) return written;
  // Dots and underscores are legal in an id that somebody wrote as one, such as ch01.5-img-01.
  const kept = written
    .split(/([._]+)/)
    .map((piece) => (/^[._]/.test(piece) ? piece : slugOf(piece)))
    .join('')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  if (kept !== '' && kept.length <= MAX_ID) return kept;
  // Nothing may be left of a title in other letters than Latin, and a cut id may equal another's.
  const digest = sha256Hex(origin).slice(0, 8);
  return kept === '' ? `scene-${digest}` : `${kept.slice(0, MAX_ID - 9).replace(/[._-]+$/, '')}-${digest}`;
}
