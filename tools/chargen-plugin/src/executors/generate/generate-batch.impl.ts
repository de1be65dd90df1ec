import { batchExecutor } from '../../run/batch-executor.js';
import { runGenerate } from '../../run/run-generate.js';

/** All `generate` tasks of one Nx run as one run at Gemini. */
export default batchExecutor({ target: 'generate', run: runGenerate });
