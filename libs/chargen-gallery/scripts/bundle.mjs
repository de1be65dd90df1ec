// Makes one classic script of the page's modules: a page that is opened from the file system may load no modules.
// It bundles what tsc has checked and written, so run it after tsc -b.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { licencesOf } from '../../../scripts/bundle.mjs';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const { output } = await build({
  input: path('dist/web/main.js'),
  platform: 'browser',
  output: { file: path('dist/browser/app.js'), format: 'iife', minify: true, sourcemap: false },
  logLevel: 'warn',
});
writeFileSync(path('dist/browser/THIRD-PARTY.txt'), licencesOf(output));
