export { main } from './cli/main.js';
export { EXIT, EXIT_MEANING, type ExitCode } from './cli/exit-code.js';
export { COMMANDS } from './cli/specs.js';
