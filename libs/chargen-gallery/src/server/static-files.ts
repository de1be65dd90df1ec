import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isInside } from '../changes/authored.js';

/** What the gallery's own folder may hold, by the part of the path behind it. */
const OWN_FILES = [
  /^(?:index\.html|icon\.svg|style\.css|app\.js|data\.js)$/,
  /^details\/\d+\.js$/,
  /^thumbs\/[0-9a-f]{64}\.webp$/,
  /^runs\/(?:sheet\.css|[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.html)$/,
];

const PICTURE_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
};

const TYPES: Readonly<Record<string, string>> = {
  ...PICTURE_TYPES,
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Whether a path (relative to the workspace) is one of the files of the page in `folder`, or a picture that it shows. */
export function isServed(path: string, pictures: ReadonlySet<string>, folder: string): boolean {
  const own = `${folder}/`;
  if (path.startsWith(own)) return OWN_FILES.some((pattern) => pattern.test(path.slice(own.length)));
  return pictures.has(path) && PICTURE_TYPES[extname(path).toLowerCase()] !== undefined;
}

/** Sends a file of the workspace; a link that leads out of it is as good as absent. */
export async function sendFile(
  response: ServerResponse,
  workspaceRoot: string,
  path: string,
  isHead: boolean,
): Promise<void> {
  const absolute = join(workspaceRoot, path);
  let size: number;
  try {
    const facts = await stat(absolute);
    if (!facts.isFile() || !(await isInside(workspaceRoot, path)))
      throw new Error('no file of the workspace');
    size = facts.size;
  } catch {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such file.\n');
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'content-length': size,
    // A thumbnail is named by the digest of its picture; all else may be another file the next moment.
    'cache-control': path.includes('/thumbs/') ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  if (isHead) {
    response.end();
    return;
  }
  try {
    await pipeline(createReadStream(absolute), response);
  } catch {
    // The browser closed the connection in the middle: no error can be sent to it.
    response.destroy();
  }
}
