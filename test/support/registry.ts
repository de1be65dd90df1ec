import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Packed } from './packages.js';
import { REPOSITORY, run } from './workspace.js';

const UPSTREAM = (process.env['npm_config_registry'] ?? 'https://registry.npmjs.org').replace(/\/?$/, '/');

type Manifest = Record<string, unknown> & { readonly name: string; readonly version: string };

interface Version {
  readonly manifest: Manifest;
  readonly tarball: string;
  readonly bytes: Buffer;
}

/**
 * A registry on this machine as npm, pnpm, yarn and bun read it. It has our packages in the versions that a test
 * publishes; what else is asked for is that of the public registry or, without a network, what the lock file of this
 * repository has (enough to resolve, not to install).
 */
export class Registry {
  readonly #versions = new Map<string, Version[]>();
  readonly #tags = new Map<string, Record<string, string>>();
  readonly #forwarded = new Map<string, string>();
  readonly #server = createServer((request, response) => {
    void this.#answer(request.url ?? '/', request.headers.accept ?? '*/*', response);
  });

  private constructor(readonly isOffline: boolean) {}

  static async start(options: { readonly isOffline: boolean }): Promise<Registry> {
    const registry = new Registry(options.isOffline);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  /** Nx reads the metadata of a registry of this name as it reads that of the public one. */
  get url(): string {
    return `http://localhost:${String((this.#server.address() as AddressInfo).port)}/`;
  }

  /** What makes each package manager use this registry. */
  get environment(): Readonly<Record<string, string>> {
    return {
      npm_config_registry: this.url,
      BUN_CONFIG_REGISTRY: this.url,
      YARN_NPM_REGISTRY_SERVER: this.url.replace(/\/$/, ''),
      YARN_UNSAFE_HTTP_WHITELIST: 'localhost',
    };
  }

  async publish(packed: readonly Packed[], tag: string): Promise<void> {
    for (const { name, tarball } of packed) {
      const { output } = await run('tar', ['xzOf', tarball, 'package/package.json'], REPOSITORY, process.env);
      const manifest = JSON.parse(output) as Manifest;
      const version = {
        manifest,
        tarball: `${name}-${manifest.version}.tgz`,
        bytes: await readFile(tarball),
      };
      this.#versions.set(name, [...(this.#versions.get(name) ?? []), version]);
      this.#tags.set(name, { ...this.#tags.get(name), [tag]: manifest.version });
    }
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
  }

  async #answer(url: string, accept: string, response: ServerResponse): Promise<void> {
    const [name = '', file] = decodeURIComponent(url.slice(1)).split('/-/');
    const ours = this.#versions.get(name);
    if (ours === undefined) {
      const upstream = new URL(url.slice(1), UPSTREAM).href;
      if (!this.isOffline && file !== undefined) response.writeHead(302, { location: upstream }).end();
      else if (!this.isOffline) await this.#forward(upstream, accept, response);
      if (!this.isOffline) return;
      const known = file === undefined ? await lockedVersions(name) : [];
      if (known.length === 0) response.writeHead(404).end('{}');
      else json(response, packument(name, { latest: known[0]?.version ?? '' }, known));
      return;
    }
    if (file !== undefined) {
      response.end(ours.find(({ tarball }) => tarball === file)?.bytes);
      return;
    }
    const versions = ours.map(({ manifest, tarball, bytes }) => ({
      ...manifest,
      dist: {
        tarball: `${this.url}${name}/-/${tarball}`,
        shasum: createHash('sha1').update(bytes).digest('hex'),
        integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
      },
    }));
    json(response, packument(name, this.#tags.get(name) ?? {}, versions));
  }

  /**
   * Tarballs get an address of this registry: yarn gives the folder of one from elsewhere another name, by which sharp
   * does not find its library.
   */
  async #forward(upstream: string, accept: string, response: ServerResponse): Promise<void> {
    const id = `${accept} ${upstream}`;
    let text = this.#forwarded.get(id);
    if (text === undefined) {
      const answer = await fetch(upstream, { headers: { accept } });
      text = answer.ok ? (await answer.text()).replaceAll(UPSTREAM, this.url) : undefined;
      if (text !== undefined) this.#forwarded.set(id, text);
    }
    if (text === undefined) response.writeHead(404).end('{}');
    else response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  }
}

function packument(name: string, tags: Record<string, string>, versions: readonly Manifest[]): object {
  const published = '2026-01-01T00:00:00.000Z';
  return {
    name,
    'dist-tags': tags,
    versions: Object.fromEntries(versions.map((one) => [one.version, one])),
    // yarn and pnpm look at the age of a version.
    time: Object.fromEntries(
      ['created', 'modified', ...versions.map(({ version }) => version)].map((one) => [one, published]),
    ),
  };
}

/** As the lock file of this repository has them; nothing fetches their tarballs. */
async function lockedVersions(name: string): Promise<Manifest[]> {
  locked ??= readFile(join(REPOSITORY, 'package-lock.json'), 'utf8').then(
    (text) => (JSON.parse(text) as { packages: Record<string, { version: string }> }).packages,
  );
  const dist = { tarball: 'http://localhost/none.tgz', shasum: '0'.repeat(40) };
  return Object.entries(await locked).flatMap(([path, entry]): Manifest[] =>
    path.endsWith(`node_modules/${name}`) ? [{ ...entry, name, dist }] : [],
  );
}

let locked: Promise<Record<string, { version: string }>> | undefined;

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The same packages under another version, as an earlier release would have been packed. */
export async function repacked(
  packed: readonly Packed[],
  version: string,
  destination: string,
): Promise<Packed[]> {
  const names = new Set(packed.map(({ name }) => name));
  return Promise.all(
    packed.map(async (one) => {
      const folder = join(destination, `${one.name}-${version}`);
      await mkdir(folder, { recursive: true });
      await run('tar', ['xzf', one.tarball], folder, process.env);
      const path = join(folder, 'package/package.json');
      const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest & {
        dependencies?: Record<string, string>;
      };
      const dependencies = Object.fromEntries(
        Object.entries(manifest.dependencies ?? {}).map(([name, spec]) => [
          name,
          names.has(name) ? version : spec,
        ]),
      );
      await writeFile(path, JSON.stringify({ ...manifest, version, dependencies }));
      const tarball = join(destination, `${one.name}-${version}.tgz`);
      await run('tar', ['czf', tarball, 'package'], folder, process.env);
      return { ...one, version, tarball };
    }),
  );
}
