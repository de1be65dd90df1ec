/**
 * The names that a world consists of (types of entities with their folders, files, extensions), those of environment
 * variables, and what options mean. This file and what it exports load nothing, so that a page in a browser and the
 * help of the command can read it.
 */
export * from './audit-findings.js';
export * from './entity-types.js';
export * from './file-names.js';
export * from '../util/option-meanings.js';
export * from '../util/variables.js';
