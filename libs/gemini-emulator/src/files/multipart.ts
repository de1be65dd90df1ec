import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { parseBody } from '../http/body.js';
import { camelFields, type Json } from '../wire/json.js';
import { invalidArgument } from '../wire/errors.js';
import { jsonSchema, uploadStartSchema } from '../wire/requests.js';
import type { FileStore } from './file-store.js';
import type { Received } from './uploads.js';

interface Target {
  readonly owner: string;
  readonly files: FileStore;
  readonly maxBytes: number;
}

const MAX_HEAD = 1 << 20;

/**
 * A `multipart/related` upload: a JSON part with the file's description, then its bytes, which go straight to disk.
 * @throws WireError 400 when the body is not of that form
 */
export async function receiveMultipart(
  body: Readable,
  contentType: string,
  target: Target,
): Promise<Received> {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined)
    throw invalidArgument('A multipart upload needs a boundary in its content-type.');
  const path = target.files.partPath(randomUUID());
  const out = await open(path, 'w');
  const hash = createHash('sha256');
  const end = Buffer.from(`\r\n--${boundary}`);
  let head: Head | undefined;
  let held = Buffer.alloc(0);
  let size = 0;
  let done = false;
  const keep = async (bytes: Buffer): Promise<void> => {
    size += bytes.length;
    if (size > target.maxBytes)
      throw invalidArgument(`File is too large: the limit is ${target.maxBytes} bytes.`);
    hash.update(bytes);
    await out.write(bytes);
  };
  try {
    for await (const piece of body) {
      if (done) continue;
      held = Buffer.concat([held, Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece))]);
      if (head === undefined) {
        head = readHead(held, boundary);
        if (head === undefined) {
          if (held.length > MAX_HEAD)
            throw invalidArgument('The description of a multipart upload is too long.');
          continue;
        }
        held = held.subarray(head.length);
      }
      const at = held.indexOf(end);
      done = at >= 0;
      // The last bytes may be the beginning of the closing boundary.
      const safe = done ? at : Math.max(0, held.length - end.length);
      if (safe > 0) await keep(held.subarray(0, safe));
      held = held.subarray(safe);
    }
    if (head === undefined || !done)
      throw invalidArgument('The multipart upload ended before its closing boundary.');
    await out.close();
  } catch (error) {
    await out.close();
    await rm(path, { force: true });
    throw error;
  }
  return { owner: target.owner, path, ...head.description, size, sha256: hash.digest('hex') };
}

interface Head {
  /** Bytes up to where the file begins. */
  readonly length: number;
  readonly description: Pick<Received, 'name' | 'displayName' | 'mimeType'>;
}

function readHead(bytes: Buffer, boundary: string): Head | undefined {
  const marker = `--${boundary}`;
  const jsonStart = bytes.indexOf('\r\n\r\n', bytes.indexOf(marker));
  if (jsonStart < 0) return undefined;
  const jsonEnd = bytes.indexOf(`\r\n${marker}`, jsonStart);
  const fileStart = jsonEnd < 0 ? -1 : bytes.indexOf('\r\n\r\n', jsonEnd);
  if (fileStart < 0) return undefined;
  let described: Json;
  try {
    described = jsonSchema.parse(JSON.parse(bytes.toString('utf8', jsonStart + 4, jsonEnd)));
  } catch {
    throw invalidArgument('The first part of a multipart upload must be JSON.');
  }
  const { file } = parseBody(uploadStartSchema, camelFields(described));
  const type = /content-type:\s*([^\r\n]+)/i.exec(bytes.toString('latin1', jsonEnd, fileStart))?.[1]?.trim();
  return {
    length: fileStart + 4,
    description: {
      name: file?.name?.replace(/^files\//, ''),
      displayName: file?.displayName,
      mimeType: file?.mimeType ?? type ?? 'application/octet-stream',
    },
  };
}
