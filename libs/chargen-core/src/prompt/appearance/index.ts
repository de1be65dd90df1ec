export * from './rest.js';
export * from './rules.js';
export * from './split.js';
export { kindOf } from './judge.js';
export { subjectOf } from './sentence.js';
