export * from './environment.js';
export * from './generate.js';
export * from './lfs.js';
export * from './guard.js';
