export * from './remote-backed-store.js';
export * from './remote-envelope.js';
export * from './remote-folder.js';
export * from './remote-http.js';
export * from './remote-store.js';
export * from './result-store.js';
export * from './sharing.js';
export * from './stored-result.js';
