import { configDefaults, defineConfig } from 'vitest/config';

/** They need a Chromium, which `npm ci` does not bring: `npm run test:browser` runs them. */
const BROWSER_TESTS = 'libs/chargen-gallery/test/{large-world,page,served-page}.test.ts';

export default defineConfig({
  test: {
    include: ['libs/*/test/**/*.test.ts', 'tools/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      ...(process.env['CHARGEN_BROWSER'] === undefined ? [BROWSER_TESTS] : []),
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
