export * from './canonical-request.js';
export * from './recipe.js';
