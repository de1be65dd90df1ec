import { rm } from 'node:fs/promises';
import type { Call, Handler } from '../http/context.js';
import { parseBody } from '../http/body.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply } from '../http/reply.js';
import { failedPrecondition, fileGone, invalidArgument, quotaExceeded, WireError } from '../wire/errors.js';
import { uploadStartSchema } from '../wire/requests.js';
import type { FileRecord } from './file-store.js';
import { receiveMultipart } from './multipart.js';
import type { Received } from './uploads.js';

const OWN_ID = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

const header = (call: Call, name: string): string => {
  const value = call.headers[name];
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
};

/** Begins a resumable upload, or takes a whole multipart one: older clients send that. */
export const startUpload: Handler = async (call) => {
  if (header(call, 'x-goog-upload-protocol').toLowerCase() === 'multipart') {
    const received = await receiveMultipart(call.stream, header(call, 'content-type'), {
      owner: call.owner,
      files: call.services.files,
      maxBytes: call.services.limits.maxFileBytes,
    });
    return finalized(call, received);
  }
  const { file } = parseBody(uploadStartSchema, call.body);
  const name = file?.name?.replace(/^files\//, '');
  const announced = Number(header(call, 'x-goog-upload-header-content-length') || '0');
  checkNew(call, name, announced);
  const id = call.services.uploads.start({
    owner: call.owner,
    name,
    displayName: file?.displayName,
    mimeType:
      file?.mimeType ?? (header(call, 'x-goog-upload-header-content-type') || 'application/octet-stream'),
  });
  if (file?.displayName !== undefined) call.note({ displayName: file.displayName });
  const url = new URL(call.url.pathname, call.base);
  url.search = new URLSearchParams({ upload_id: id, upload_protocol: 'resumable' }).toString();
  return json({}, 200, {
    'x-goog-upload-url': url.href,
    'x-goog-upload-control-url': url.href,
    'x-goog-upload-status': 'active',
    'x-goog-upload-chunk-granularity': '262144',
  });
};

function checkNew(call: Call, name: string | undefined, size: number): void {
  const { files, limits } = call.services;
  if (name !== undefined) {
    if (!OWN_ID.test(name)) {
      throw invalidArgument(
        `* CreateFileRequest.file.name: File ID (name excluding 'files/') can only contain lowercase alphanumeric or dashes (-), cannot begin or end with a dash, and cannot be more than 40 characters.\n`,
      );
    }
    if (files.taken(name)) throw new WireError(409, 'ABORTED', `File ${name} already exists.`);
  }
  if (size > limits.maxFileBytes) {
    throw invalidArgument(`File is too large: the limit is ${limits.maxFileBytes} bytes.`);
  }
  if (files.usedBytes(call.owner) + size > limits.storageBytes) throw storageFull();
}

export const storageFull = (): WireError =>
  quotaExceeded(
    'You exceeded the file storage quota of your project. Delete files or wait until they expire.',
    'FileStorageBytesPerProject',
  );

/** Takes a chunk, finishes an upload, says how far it got, or drops it. */
export const uploadChunk: Handler = async (call) => {
  const { uploads } = call.services;
  const id = call.url.searchParams.get('upload_id') ?? '';
  const commands = header(call, 'x-goog-upload-command')
    .toLowerCase()
    .split(',')
    .map((command) => command.trim());
  if (commands.includes('cancel')) {
    await uploads.cancel(id, call.owner);
    return json({}, 200, { 'x-goog-upload-status': 'cancelled' });
  }
  if (commands.includes('query')) {
    const { received } = uploads.find(id, call.owner);
    return json({}, 200, {
      'x-goog-upload-status': 'active',
      'x-goog-upload-size-received': String(received),
    });
  }
  if (commands.includes('upload')) {
    const offset = Number(header(call, 'x-goog-upload-offset') || '0');
    await uploads.append(id, call.owner, offset, call.stream);
  }
  if (!commands.includes('finalize')) return json({}, 200, { 'x-goog-upload-status': 'active' });
  return finalized(call, await uploads.finish(id, call.owner));
};

async function finalized(call: Call, received: Received): Promise<Reply> {
  const { files, clock, fileProcessing } = call.services;
  const { path, name, displayName, ...rest } = received;
  const { fault } = call;
  try {
    // Looked at again: the size may have been announced wrongly, and another upload may have been faster.
    checkNew(call, name, received.size);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  const record = files.adopt(path, {
    ...rest,
    ...(name === undefined ? {} : { id: name }),
    ...(displayName === undefined ? {} : { displayName }),
    source: 'UPLOADED',
    createdAt: clock.now(),
    processing: fault?.kind === 'file-processing' ? fault.ms : fileProcessing,
    ...(fault?.kind === 'file-failed' ? { failed: fault.message ?? 'The file could not be processed.' } : {}),
  });
  call.note({ resource: `files/${record.id}`, ...(displayName === undefined ? {} : { displayName }) });
  return json({ file: files.resource(record, call.base) }, 200, { 'x-goog-upload-status': 'final' });
}

export const getFile: Handler = (call) => json(call.services.files.resource(found(call), call.base));

export const listFiles: Handler = (call) => {
  const { files } = call.services;
  const page = pageOf(
    files.list(call.owner),
    ({ createdAt, id }) => ({ rank: -createdAt, name: id }),
    call.url.searchParams,
    {
      standard: 10,
      most: 100,
    },
  );
  // Proto JSON leaves an empty list out.
  return json({
    ...(page.items.length > 0 ? { files: page.items.map((file) => files.resource(file, call.base)) } : {}),
    ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
  });
};

export const deleteFile: Handler = (call) => {
  if (call.id.length > 40) {
    throw invalidArgument(
      "* DeleteFileRequest.name: File ID (name excluding 'files/') cannot be more than 40 characters.\n",
    );
  }
  call.services.files.remove(found(call).id);
  return json({});
};

export const downloadFile: Handler = (call) => {
  const file = found(call);
  if (file.source === 'UPLOADED') {
    throw failedPrecondition(`The File ${file.id} was uploaded and cannot be downloaded.`);
  }
  if (call.url.searchParams.get('alt') !== 'media') {
    throw invalidArgument('Downloads need the query parameter alt=media.');
  }
  return { kind: 'file', path: call.services.files.pathOf(file.id), size: file.size, type: file.mimeType };
};

function found(call: Call): FileRecord {
  call.note({ resource: `files/${call.id}` });
  const file = call.services.files.find(call.owner, call.id);
  if (file === undefined) throw fileGone(call.id);
  return file;
}
