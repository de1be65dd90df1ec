// Writes the JSON Schemas that editors read, from the zod schemas that the reader uses. It compiles the engine first and
// takes what tsc wrote, not the bundle: from an old bundle it would write the schemas of before, without a word.
// A test fails while the committed files differ from what this writes.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const core = new URL('../libs/chargen-core/', import.meta.url);
const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('@typescript/native/package.json')));
execFileSync(process.execPath, [tsc, '-b', fileURLToPath(core)], { stdio: 'inherit' });
const { imageryJsonSchema, styleJsonSchema } = await import(new URL('dist/index.js', core).href);

for (const [name, schema] of [
  ['imagery.schema.json', imageryJsonSchema()],
  ['style.schema.json', styleJsonSchema()],
]) {
  writeFileSync(new URL(`schema/${name}`, core), `${JSON.stringify(schema, undefined, 2)}\n`);
}
