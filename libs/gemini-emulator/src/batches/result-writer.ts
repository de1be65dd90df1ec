import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** Writes lines to disk one after the other, and knows their size and digest at the end. */
export class ResultWriter {
  private readonly hash = createHash('sha256');
  private size = 0;

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<ResultWriter> {
    return new ResultWriter(await open(path, 'w'));
  }

  /** A line in pieces; its end is added. */
  async line(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) await this.put(piece);
    await this.put('\n');
  }

  private async put(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    this.hash.update(bytes);
    this.size += bytes.length;
    await this.file.writeFile(bytes);
  }

  async finish(): Promise<{ readonly size: number; readonly sha256: string }> {
    await this.file.close();
    return { size: this.size, sha256: this.hash.digest('hex') };
  }

  async abandon(): Promise<void> {
    await this.file.close();
  }
}
