export { startCacheServer, type CacheServer } from './server.js';
export { DEFAULT_LIMITS, type CacheServerOptions, type Limits } from './options.js';
