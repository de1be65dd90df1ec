import { singleExecutor } from '../../run/single-executor.js';
import exportBatch from './export-batch.impl.js';

export default singleExecutor(exportBatch);
