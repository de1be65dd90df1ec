// Writes what each package promises to others into etc/<package>.api.md, so that a change of it is seen in review.
// With --check it writes nothing, and ends with 1 if a report in git differs from the built declarations.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Outside of dist, which is packed. */
const SCRATCH = join(ROOT, 'node_modules', '.cache', 'api-report');
const isCheck = process.argv.includes('--check');

/** The declarations behind the doors that package.json opens: `.` and `./name`, without data files. */
function doors(folder) {
  const { name, exports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([door, target]) =>
    typeof target === 'object' && 'types' in target
      ? [configOf(folder, [name, door.slice(2)].filter(Boolean).join('-'), join(folder, target.types))]
      : [],
  );
}

function configOf(folder, report, entry) {
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    packageJson: undefined,
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(folder, 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: join(folder, 'etc'),
        reportTempFolder: SCRATCH,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        // Docstrings here are prose; release tags would say nothing, since all that is exported is meant to be.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}

function isUpToDate(config, compilerState) {
  const { reportFilePath: kept, reportTempFilePath: made } = config;
  mkdirSync(dirname(kept), { recursive: true });
  const result = Extractor.invoke(config, {
    compilerState,
    // It only makes a report beside; whether that one is to be kept is judged below.
    localBuild: false,
    messageCallback: (message) => {
      // It knows older compilers only by warning; whether the declarations can be read is what counts.
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  if (result.errorCount > 0)
    throw new Error(`The declarations of ${config.mainEntryPointFilePath} cannot be read.`);
  if (existsSync(kept) && linesOf(kept) === linesOf(made)) return true;
  if (isCheck) return false;
  copyFileSync(made, kept);
  return true;
}

/** Sorted: the compiler orders the members of a union by what it has seen before, so by what it built before. */
function linesOf(path) {
  return readFileSync(path, 'utf8').split(/\r?\n/).sort().join('\n');
}

const packages = ['libs', 'tools']
  .flatMap((parent) =>
    readdirSync(join(ROOT, parent))
      .sort()
      .map((name) => join(ROOT, parent, name)),
  )
  .filter((folder) => existsSync(join(folder, 'package.json')));
const configs = packages.flatMap(doors);
// One program for all: most of its time goes into the libraries that all of them use.
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
});
const stale = configs
  .filter((config) => !isUpToDate(config, compilerState))
  .map(({ reportFilePath }) => relative(ROOT, reportFilePath));
if (stale.length > 0) {
  console.error(
    `What these packages promise has changed:\n  ${stale.join('\n  ')}\nIf that is meant: npm run api`,
  );
  process.exitCode = 1;
}
