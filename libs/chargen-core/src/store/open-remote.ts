import { DavObjects } from './dav-objects.js';
import { request, withoutPassword, type HttpPatience } from './http-request.js';
import { RemoteFolder } from './remote-folder.js';
import { RemoteHttp } from './remote-http.js';
import { RemoteLate, type OpenedStore } from './remote-late.js';
import { RemoteObjects } from './remote-objects.js';
import type { RemoteStore } from './remote-store.js';

export interface RemotePlace extends HttpPatience {
  /** `https://…`, `s3://bucket/prefix`, or a folder. */
  readonly place: string;
  readonly token: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For `s3://`: the usual variables of Amazon's tools. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Throws an Error with words for people. Nothing is asked and no client is loaded before the store is used. */
export function openRemote(options: RemotePlace): RemoteStore {
  const { place, now } = options;
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) return new RemoteFolder(place, now);
  if (/^https?:\/\//i.test(place) && URL.canParse(place)) {
    return new RemoteLate(withoutPassword(place), () => openAddress(options));
  }
  const s3 = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/?(.*)$/.exec(place);
  const [, bucket, prefix = ''] = s3 ?? [];
  if (bucket !== undefined) return openBucket(options, bucket, prefix.replace(/\/+$/, ''));
  throw new Error(
    `CHARGEN_STORE_REMOTE is "${place}"; write an address (https://…), object storage (s3://bucket/prefix) or a folder.`,
  );
}

/** A chargen-cache-server says so; anything else is taken for a WebDAV server. */
async function openAddress(options: RemotePlace): Promise<OpenedStore> {
  const url = withoutPassword(options.place);
  const asked = await request((signal) => fetch(`${url}/health`, { redirect: 'error', signal }), options);
  if (asked.kind === 'unavailable') return asked;
  const { status, body } = asked.answer;
  const text = Buffer.from(body.subarray(0, 100)).toString('utf8');
  if (status === 200 && text.startsWith('chargen-cache-server')) return new RemoteHttp({ ...options, url });
  return new RemoteObjects(new DavObjects({ ...options, url }), options.now);
}

function openBucket(options: RemotePlace, bucket: string, prefix: string): RemoteStore {
  const { environment } = options;
  const valueOf = (...names: readonly string[]): string | undefined =>
    names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '');
  const accessKeyId = valueOf('AWS_ACCESS_KEY_ID');
  const secretAccessKey = valueOf('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(
      'CHARGEN_STORE_REMOTE is object storage, which needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and ' +
        'AWS_SESSION_TOKEN with temporary credentials). To have them from a profile: aws configure export-credentials --format env',
    );
  }
  const settings = {
    timeoutMs: options.timeoutMs,
    retryPause: options.retryPause,
    bucket,
    prefix,
    region: valueOf('AWS_REGION', 'AWS_DEFAULT_REGION') ?? 'us-east-1',
    endpoint: valueOf('AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'),
    accessKeyId,
    secretAccessKey,
    sessionToken: valueOf('AWS_SESSION_TOKEN'),
  };
  const name = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  return new RemoteLate(name, async () => {
    const { S3Objects } = await import('./s3-objects.js');
    return new RemoteObjects(new S3Objects(settings), options.now);
  });
}
