import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * What ExifTool reads in files: a reader that shares no code with what is tested. Numbers and names as it prints them
 * with its groups (`XMP-iptcExt:DigitalSourceType`), in the order of the files.
 */
export async function exiftool(files: readonly string[]): Promise<Record<string, unknown>[]> {
  const folder = dirname(createRequire(import.meta.url).resolve('exiftool-vendored.pl/package.json'));
  const program = join(folder, 'bin', 'exiftool');
  const args = [program, '-json', '-G1', '-struct', '-charset', 'utf8', ...files];
  const { stdout } = await promisify(execFile)('perl', args, { maxBuffer: 1e8 });
  return JSON.parse(stdout) as Record<string, unknown>[];
}
