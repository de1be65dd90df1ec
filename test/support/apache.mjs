/** Apache with mod_dav from Debian (package apache2-bin), in a folder of its own, if it is installed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BINARY = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

/** Why tests with a real WebDAV server are skipped; undefined if they are not. */
export const WITHOUT_APACHE =
  existsSync(BINARY) && existsSync(`${MODULES}/mod_dav_fs.so`)
    ? undefined
    : 'Apache is not installed (apt-get install apache2-bin)';

export class Apache {
  folder = '';
  port = 0;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;
  #tokens;

  /** @param {{ write: string, read: string }} [tokens] Bearer tokens that it asks for; none if left out. */
  constructor(tokens) {
    this.#tokens = tokens;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/shared`;
  }

  /** The files that it serves. */
  get files() {
    return join(this.folder, 'www', 'shared');
  }

  async prepare() {
    this.folder = await mkdtemp(join(tmpdir(), 'apache-'));
    this.port = await freePort();
    await mkdir(this.files, { recursive: true });
    await writeFile(join(this.folder, 'apache.conf'), this.#configuration(false));
    await this.#open();
  }

  /** @param {boolean} isReadOnly */
  #configuration(isReadOnly) {
    const readers = 'Require method GET HEAD PROPFIND OPTIONS';
    const hasToken = (/** @type {string} */ token) =>
      `Require expr "%{HTTP:Authorization} == 'Bearer ${token}'"`;
    const everybody = isReadOnly ? readers : 'Require all granted';
    const allowed = this.#tokens
      ? `${hasToken(this.#tokens.write)}
  <RequireAll>
    ${hasToken(this.#tokens.read)}
    ${readers}
  </RequireAll>`
      : everybody;
    return `ServerRoot ${this.folder}
ServerName localhost
PidFile ${this.folder}/pid
Listen 127.0.0.1:${this.port}
${['mpm_event', 'authz_core', 'dav', 'dav_fs'].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
ErrorLog ${this.folder}/error.log
User nobody
Group nogroup
DocumentRoot ${this.folder}/www
DavLockDB ${this.folder}/locks
Mutex file:${this.folder} default
StartServers 1
ThreadsPerChild 25
<Directory ${this.folder}/www>
  Dav On
  ${allowed}
</Directory>
`;
  }

  /** Its own user writes, who is not the one of the tests if they run as root. */
  async #open() {
    for (const path of [this.folder, join(this.folder, 'www'), this.files]) await chmod(path, 0o777);
  }

  async start(isReadOnly = false) {
    await writeFile(join(this.folder, 'apache.conf'), this.#configuration(isReadOnly));
    this.#process = spawn(BINARY, ['-f', join(this.folder, 'apache.conf'), '-D', 'FOREGROUND'], {
      stdio: 'ignore',
    });
    for (;;) {
      const isUp = await fetch(this.url, { method: 'OPTIONS' }).then(
        () => true,
        () => false,
      );
      if (isUp) return;
      if (this.#process.exitCode !== null) throw new Error(`Apache ended: see ${this.folder}/error.log`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async stop() {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', () => resolve(undefined)));
    child.kill('SIGTERM');
    await ended;
  }

  async remove() {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
