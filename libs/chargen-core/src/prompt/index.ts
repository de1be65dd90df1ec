export * from './compile.js';
export * from './fit-length.js';
export * from './magic-terms.js';
export * from './merge-terms.js';
export * from './mood-style.js';
export * from './others.js';
export * from './prompt-inputs.js';
export * from './select-references.js';
