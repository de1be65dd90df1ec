export * from './cost-of.js';
export * from './describe.js';
export * from './exit-of-report.js';
export * from './money.js';
export * from './outcome.js';
export * from './progress-lines.js';
export * from './report-schema.js';
export * from './run-history.js';
