export * from './compile.js';
export * from './select-references.js';
