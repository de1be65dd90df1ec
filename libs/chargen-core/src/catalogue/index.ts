export * from './aspect-ratio.js';
export * from './models.js';
