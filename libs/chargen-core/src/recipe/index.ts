export * from './analysis-answer.js';
export * from './canonical-request.js';
export * from './key-version.js';
export * from './picture-analysis.js';
export * from './recipe.js';
export * from './no-picture.js';
