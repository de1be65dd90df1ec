export * from './result-store.js';
export * from './stored-result.js';
