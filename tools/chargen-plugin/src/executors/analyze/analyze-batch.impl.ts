import { batchExecutor } from '../../run/batch-executor.js';
import { runAnalyze } from '../../run/run-analyze.js';

/** All `analyze` tasks of one Nx run as one run at Gemini. */
export default batchExecutor({ target: 'analyze', run: runAnalyze });
