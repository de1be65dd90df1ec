// Loaded before each process of Nx in tests (NODE_OPTIONS): keeps the compiled code of Nx's several hundred modules and
// where they were found, since loading them is most of what a run of Nx costs. Node 22 has such a cache itself. Nothing
// here runs for so long that optimized machine code would pay: making it was a twelfth of the processor time.
'use strict';
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, sep } = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');

const MODULES = join(__dirname, '..', '..', 'node_modules') + sep;
const FOLDER = join(MODULES, '.cache', 'chargen-tests');
/** So few new modules are not worth writing everything again. */
const WORTH_WRITING = 20;

/**
 * One file a command, by whatever link it was called: what it loads is much the same each time. npm writes its list
 * anew with each install.
 */
function placeOfCache() {
  const installed = statSync(join(MODULES, '.package-lock.json'), { throwIfNoEntry: false })?.mtimeMs;
  const [, command] = process.argv;
  // Conditions such as "development" decide which file a package gives.
  const name = [process.version, process.execArgv, command && realOf(command), installed].join('\n');
  return join(FOLDER, createHash('sha256').update(name).digest('hex').slice(0, 16));
}

function realOf(path) {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The length of the index, the index as JSON, then the code of one module after the other. */
function readCache(place) {
  try {
    const whole = readFileSync(place);
    const end = 4 + whole.readUInt32LE(0);
    return { ...JSON.parse(whole.toString('utf8', 4, end)), code: whole.subarray(end) };
  } catch {
    return { files: {}, paths: {}, code: Buffer.alloc(0) };
  }
}

function writeCache(place, { files, paths }) {
  const codes = Object.values(files).map((one) => one.code());
  let at = 0;
  const index = Object.entries(files).map(([name, { size }], i) => {
    const entry = { size, at, length: codes[i].length };
    at += entry.length;
    return [name, entry];
  });
  const head = Buffer.from(JSON.stringify({ files: Object.fromEntries(index), paths }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  mkdirSync(FOLDER, { recursive: true });
  // Several processes end at the same time.
  const temporary = `${place}.${process.pid}`;
  writeFileSync(temporary, Buffer.concat([length, head, ...codes]));
  renameSync(temporary, place);
}

function requireOf(module) {
  const require = (path) => module.require(path);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

function keepCompiledCode() {
  const place = placeOfCache();
  const { files: known, paths, code } = readCache(place);
  const used = {};
  let fresh = 0;

  // Node would look into the package.json files above the module that asks, whatever it asks for.
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    if (options !== undefined || !parent?.filename?.startsWith(MODULES)) {
      return resolve.call(this, request, parent, isMain, options);
    }
    const asked = `${parent.path}\0${request}`;
    if (Object.hasOwn(paths, asked)) return paths[asked];
    const found = resolve.call(this, request, parent, isMain, options);
    if (found.startsWith(MODULES)) paths[asked] = found;
    return found;
  };

  // Node would look for the package.json of each, to see that it is CommonJS.
  const load = Module._extensions['.js'];
  Module._extensions['.js'] = (module, filename) => {
    if (!Object.hasOwn(known, filename)) load(module, filename);
    else module._compile(readFileSync(filename, 'utf8'), filename, 'commonjs');
  };

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, format) {
    if (format === 'module' || !filename.startsWith(MODULES) || content.startsWith('#!')) {
      return compile.call(this, content, filename, format);
    }
    const kept = known[filename]?.size === content.length ? known[filename] : undefined;
    const script = new vm.Script(Module.wrap(content), {
      filename,
      cachedData: kept && code.subarray(kept.at, kept.at + kept.length),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (kept === undefined || script.cachedDataRejected) fresh += 1;
    used[filename] = { size: content.length, code: () => script.createCachedData() };
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this), this, filename, dirname(filename));
  };

  process.once('exit', () => {
    if (fresh < WORTH_WRITING) return;
    const before = Object.entries(known).map(([name, { size, at, length }]) => [
      name,
      { size, code: () => code.subarray(at, at + length) },
    ]);
    try {
      writeCache(place, { files: { ...Object.fromEntries(before), ...used }, paths });
    } catch {
      // A folder that cannot be written must not decide how Nx ends.
    }
  });
}

v8.setFlagsFromString('--no-opt');
if (typeof Module.enableCompileCache === 'function') Module.enableCompileCache(FOLDER);
else keepCompiledCode();
