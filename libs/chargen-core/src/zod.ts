/**
 * The one copy of zod for the packages that run with the engine: each would otherwise bring its own, and a process that
 * Nx starts would load two. What is not named here is not in the bundle.
 */
export * as z from './zod-names.js';
