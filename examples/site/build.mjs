// Writes index.html beside the manifest of exported pictures: node examples/site/build.mjs [folder] [title]
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadManifest } from 'chargen-export/manifest';
import { pageOf } from './page.mjs';

const [folder = 'dist/pictures', title = 'Our world'] = process.argv.slice(2);
try {
  const manifest = await loadManifest(join(folder, 'manifest.json'));
  const page = join(folder, 'index.html');
  await writeFile(page, pageOf(manifest, title));
  console.log(`${page}: ${manifest.scenes.length} pictures, ${manifest.missing.length} missing.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
