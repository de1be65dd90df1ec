import { sha256Hex } from '../../util/digest.js';
import { MAX_SCENE_ID, SCENE_ID } from '../canonical-schema.js';
import { pathText } from '../data.js';
import type { DataPath } from '../entity.js';
import type { Fields } from '../lenient.js';
import type { Notebook } from '../notebook.js';
import { slugOf } from '../slug.js';

/**
 * Gives scenes their ids, from what the author wrote and never from a place in a list: an inserted scene must
 * not rename its followers. If two clash, the first keeps its id. The other stays in its entity, so that a plan
 * shows it, under an id that its own words make; an error at its place keeps it from being made, since that id
 * would move as soon as it is edited.
 */
export class SceneIds {
  readonly #first = new Map<string, DataPath>();

  constructor(
    readonly book: Notebook,
    /** File names (without extension) of authored pictures in `images/`, which no scene may overwrite. */
    readonly taken: ReadonlySet<string>,
  ) {}

  /** The id that an author wrote as one. Undefined if the same scene stands there word by word. */
  claim(written: string, fields: Fields): string | undefined {
    const id = fileNameOf(written);
    if (id !== written) {
      this.book.note(
        'scene-id-changed',
        `"${written}" cannot be a file name; the scene's id is "${id}".`,
        fields.at,
      );
    }
    return this.#take(id, fields);
  }

  /** The id of a scene that has a title and no id. */
  claimTitle(title: string, fields: Fields): string | undefined {
    return this.#take(fileNameOf(slugOf(title), title), fields);
  }

  /** The id of a scene that has nothing to be named by. `lacks` names what is missing, after the scene's place. */
  claimNameless(lacks: string, fields: Fields): string | undefined {
    const message = `${pathText(fields.at)} ${lacks}, so its picture could not be distinguished from others.`;
    return this.#stopped('scene', 'scene-without-id', message, fields);
  }

  #take(id: string, fields: Fields): string | undefined {
    const { at } = fields;
    const first = this.#first.get(id);
    if (first !== undefined) {
      const message =
        `Two scenes have the id "${id}": ${pathText(first)} and ${pathText(at)}. The second is not made; ` +
        'give one of them another slug or title.';
      return this.#stopped(id, 'duplicate-scene-id', message, fields);
    }
    if (this.taken.has(id)) {
      const message = `The scene "${id}" would overwrite your picture of the same name in images/. Give it another slug or title.`;
      return this.#stopped(id, 'scene-names-reference', message, fields);
    }
    this.#first.set(id, at);
    return id;
  }

  #stopped(start: string, code: string, message: string, { at, data }: Fields): string | undefined {
    const id = `${start.slice(0, MAX_SCENE_ID - 9).replace(/[._-]+$/, '')}-${sha256Hex(JSON.stringify(data)).slice(0, 8)}`;
    this.book.error(code, message, at, id);
    if (this.#first.has(id)) return undefined;
    this.#first.set(id, at);
    return id;
  }
}

function fileNameOf(written: string, origin = written): string {
  if (written.length <= MAX_SCENE_ID && SCENE_ID.test(written)) return written;
  // Dots and underscores are legal in an id that the author wrote as one, such as ch01.5-img-01.
  const kept = written
    .split(/([._]+)/)
    .map((piece) => (/^[._]/.test(piece) ? piece : slugOf(piece)))
    .join('')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  if (kept !== '' && kept.length <= MAX_SCENE_ID) return kept;
  // Nothing may be left of a title in other letters than Latin, and a cut id may equal another's.
  const digest = sha256Hex(origin).slice(0, 8);
  return kept === ''
    ? `scene-${digest}`
    : `${kept.slice(0, MAX_SCENE_ID - 9).replace(/[._-]+$/, '')}-${digest}`;
}
