export * from './canonical-request.js';
export * from './picture-analysis.js';
export * from './recipe.js';
