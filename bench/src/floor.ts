import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';

// What no reader of a world can be below, as a whole process: start Node, read each file, sha256 and js-yaml.
const [root = '', list = ''] = process.argv.slice(2);
for (const file of readFileSync(list, 'utf8').split('\n')) {
  const bytes = readFileSync(join(root, file));
  createHash('sha256').update(bytes).digest('hex');
  try {
    load(bytes.toString('utf8'), { schema: CORE_SCHEMA });
  } catch {
    // A real world has a broken file, too.
  }
}
