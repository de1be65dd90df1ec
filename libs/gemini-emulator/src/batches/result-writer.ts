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

  async line(text: string): Promise<void> {
    const bytes = Buffer.from(`${text}\n`);
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
