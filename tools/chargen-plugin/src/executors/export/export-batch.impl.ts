import { exportBatch } from '../../run/export-batch.js';

/** All `export` tasks of one Nx run in one process. */
export default exportBatch;
