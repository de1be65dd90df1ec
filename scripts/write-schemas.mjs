// Writes the JSON Schemas that editors and other languages read, from the zod schemas that the code uses.
// A test fails while the committed files differ from what this writes.
import { writeFileSync } from 'node:fs';
import { imageryJsonSchema, styleJsonSchema } from 'chargen-core';
import { manifestJsonSchema } from 'chargen-export/manifest';

for (const [path, schema] of [
  ['chargen-core/schema/imagery.schema.json', imageryJsonSchema()],
  ['chargen-core/schema/style.schema.json', styleJsonSchema()],
  ['chargen-export/schema/manifest.schema.json', manifestJsonSchema()],
]) {
  writeFileSync(new URL(`../libs/${path}`, import.meta.url), `${JSON.stringify(schema, undefined, 2)}\n`);
}
