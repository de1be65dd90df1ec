import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

const load: (id: 'yaml') => typeof Yaml = createRequire(import.meta.url);
let library: typeof Yaml | undefined;

/**
 * The parser that knows places. It is large, and few processes edit a text or look for a place that the fast parser does
 * not know, so it is loaded when one does, once for all packages.
 */
export function yamlLibrary(): typeof Yaml {
  return (library ??= load('yaml'));
}
