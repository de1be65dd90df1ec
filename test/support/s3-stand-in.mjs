/**
 * As much of S3 as a shared store uses, in memory and with true conditional writes: of many that create an object at
 * once, one succeeds. It looks at the access key of a signature and not at the signature.
 */
import { createServer } from 'node:http';

export const S3_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'writer',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'eu-central-1',
};

export class S3StandIn {
  /** @type {Map<string, Buffer>} by `/bucket/key` */
  objects = new Map();
  /** Entries of one page of a list: few, so that the next page is asked for. */
  pageSize = 3;
  /** When all of them were last written. */
  modified = new Date();
  /** As stores do that know no conditional writes. */
  ignoresConditions = false;
  /** As on a disk that is full. */
  isFull = false;
  /** Requests, as `PUT /bucket/key`. @type {string[]} */
  requests = [];
  url = '';
  #server = createServer();

  /** @param {number} [port] */
  async start(port = 0) {
    this.#server = createServer((request, response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => this.#answer(request, response, Buffer.concat(chunks)));
    });
    await new Promise((resolve) => this.#server.listen(port, '127.0.0.1', () => resolve(undefined)));
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(() => resolve(undefined)));
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   * @param {Buffer} body
   */
  #answer(request, response, body) {
    const { method = '', headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const path = decodeURIComponent(pathname);
    this.requests.push(`${method} ${path}`);
    const who = /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
    if (who !== 'writer' && who !== 'reader') return end(response, 403, '<Code>InvalidAccessKeyId</Code>');
    if (searchParams.has('list-type')) return end(response, 200, this.#list(path, searchParams));
    const object = this.objects.get(path);
    switch (method) {
      case 'GET':
      case 'HEAD':
        return object === undefined
          ? end(response, 404, '')
          : end(response, 200, method === 'GET' ? object : '');
      case 'PUT':
        if (who === 'reader') return end(response, 403, '<Code>AccessDenied</Code>');
        if (this.isFull) return end(response, 507, 'full');
        if (object !== undefined && headers['if-none-match'] === '*' && !this.ignoresConditions) {
          return end(response, 412, '<Code>PreconditionFailed</Code>');
        }
        this.objects.set(path, body);
        return end(response, 200, '');
      case 'DELETE':
        if (who === 'reader') return end(response, 403, '<Code>AccessDenied</Code>');
        this.objects.delete(path);
        return end(response, 204, '');
      default:
        return end(response, 405, '');
    }
  }

  /**
   * @param {string} bucket
   * @param {URLSearchParams} query
   */
  #list(bucket, query) {
    const prefix = query.get('prefix') ?? '';
    const names = new Set();
    for (const path of this.objects.keys()) {
      const key = path.slice(bucket.length).replace(/^\//, '');
      if (!path.startsWith(bucket) || !key.startsWith(prefix)) continue;
      const [first = '', ...rest] = key.slice(prefix.length).split('/');
      names.add(rest.length > 0 && query.has('delimiter') ? `${prefix}${first}/` : key);
    }
    const all = [...names].sort();
    const start = Number(query.get('continuation-token') ?? '0');
    const entries = all
      .slice(start, start + this.pageSize)
      .map((name) =>
        name.endsWith('/')
          ? `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`
          : `<Contents><Key>${name}</Key><LastModified>${this.modified.toISOString()}</LastModified><Size>${this.objects.get(`${bucket.replace(/\/$/, '')}/${name}`)?.length ?? 0}</Size></Contents>`,
      );
    const next =
      start + this.pageSize < all.length
        ? `<NextContinuationToken>${start + this.pageSize}</NextContinuationToken>`
        : '';
    return `<ListBucketResult><Prefix>${prefix}</Prefix>${entries.join('')}${next}</ListBucketResult>`;
  }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string | Buffer} body
 */
function end(response, status, body) {
  response.writeHead(status).end(body);
}
