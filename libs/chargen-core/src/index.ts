export * from './catalogue/index.js';
export * from './content/index.js';
export * from './prompt/index.js';
