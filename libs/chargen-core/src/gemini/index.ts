export * from './door.js';
export * from './error-cause.js';
export * from './errors.js';
export * from './known-fields.js';
export * from './open.js';
export * from './redact.js';
