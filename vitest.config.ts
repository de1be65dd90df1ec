import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.mjs';
import { foldersOfTests } from './test/support/memory-folder.mjs';

/** It runs every command that the documentation shows, some minutes long: `npm run test:docs`. */
const DOCS_TEST = 'test/docs.test.ts';

/** They need a Chromium, which `npm ci` does not bring: `npm run test:browser` runs them. */
const BROWSER_TESTS = [
  'libs/chargen-gallery/test/{large-world,page,review,served-page}.test.ts',
  'libs/chargen-export/test/example-page.test.ts',
];

export default defineConfig({
  test: {
    include: ['{libs,tools}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      ...(process.env['CHARGEN_BROWSER'] === undefined ? BROWSER_TESTS : []),
      ...(process.env['CHARGEN_DOCS'] === undefined ? [DOCS_TEST] : []),
    ],
    // Real processes on a shared machine: one that was starved may be asked once more, and is told as such.
    retry: process.env['CI'] === undefined ? 0 : 1,
    testTimeout: 60_000,
    // A second, the standard, is soon over on a machine that has other work: waiting longer costs nothing when it comes.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    // Real processes run what is bundled, which has to be of what tsc wrote last.
    globalSetup: ['test/support/bundle-first.mjs'],
    pool: 'forks',
    // A file need not load the engine anew if another one has done so. What it changes of the process is put back;
    // `vi.mock` is not used, since it does not reach a module that another file has loaded.
    isolate: false,
    setupFiles: ['test/support/leave-as-found.ts'],
    // What is built is loaded by Node itself, as users load it, and not transformed once more.
    server: { deps: { external: [/\/(?:libs|tools)\/[^/]+\/dist\//] } },
    env: { TMPDIR: foldersOfTests() },
    sequence: { sequencer: LongestFirst },
    // The default leaves one core idle, on a machine with two half of all; many tests wait for other processes.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
  },
});
