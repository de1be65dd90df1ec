import { singleExecutor } from '../../run/single-executor.js';
import analyzeBatch from './analyze-batch.impl.js';

export default singleExecutor(analyzeBatch);
