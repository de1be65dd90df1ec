import { singleExecutor } from '../../run/single-executor.js';
import generateBatch from './generate-batch.impl.js';

export default singleExecutor(generateBatch);
