import { createHash } from 'node:crypto';
import { renderPicture, type PictureDescription } from './render.js';

/** Pictures drawn last, by their descriptions: drawing is most of the work of a small emulator in a test. */
export class PictureCache {
  private readonly byDescription = new Map<string, Promise<Buffer>>();

  /** @param max how many are kept; a picture of 1K has some 20 kB, one of 4K some 100 kB */
  constructor(private readonly max: number) {}

  /** The bytes must not be changed. Heavy pictures are always drawn: a few of them would fill the memory. */
  picture(what: PictureDescription): Promise<Buffer> {
    if (what.heavy) return renderPicture(what);
    const name = nameOf(what);
    const drawn = this.byDescription.get(name) ?? renderPicture(what);
    this.byDescription.delete(name);
    this.byDescription.set(name, drawn);
    drawn.catch(() => this.byDescription.delete(name));
    const [oldest] = this.byDescription.keys();
    if (this.byDescription.size > this.max && oldest !== undefined) this.byDescription.delete(oldest);
    return drawn;
  }
}

function nameOf(what: PictureDescription): string {
  const thumbnails = what.thumbnails.map(({ width, height, cells }) => [
    width,
    height,
    Buffer.from(cells).toString('base64'),
  ]);
  return createHash('sha256')
    .update(JSON.stringify({ ...what, thumbnails }))
    .digest('base64');
}
