// Writes the JSON Schemas that editors read, from the zod schemas that the reader uses.
// A test fails while the committed files differ from what this writes.
import { writeFileSync } from 'node:fs';
import { imageryJsonSchema, styleJsonSchema } from 'chargen-core';

const folder = new URL('../libs/chargen-core/schema/', import.meta.url);
for (const [name, schema] of [
  ['imagery.schema.json', imageryJsonSchema()],
  ['style.schema.json', styleJsonSchema()],
]) {
  writeFileSync(new URL(name, folder), `${JSON.stringify(schema, undefined, 2)}\n`);
}
