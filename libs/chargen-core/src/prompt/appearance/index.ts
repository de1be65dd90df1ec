export * from './rest.js';
export * from './rules.js';
export * from './split.js';
export { subjectOf } from './sentence.js';
