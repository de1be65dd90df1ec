export * from './aspect-ratio.js';
export * from './described-model.js';
export * from './model-facts.js';
export * from './models.js';
export * from './prices.js';
export * from './provider.js';
export * from './spending-limits.js';
