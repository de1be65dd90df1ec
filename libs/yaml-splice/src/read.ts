/**
 * What reads YAML and walks through its data, without the parser that knows places: a process that only reads does
 * not load that one.
 */
export { hasKey, isDataMap, pathText, valueAt, type DataMap, type DataPath } from './data.js';
export { findText, readYaml, type BrokenYaml, type ReadOutcome } from './read-yaml.js';
export { nodeOffsets } from './node-offsets.js';
export { yamlLibrary } from './yaml-library.js';
