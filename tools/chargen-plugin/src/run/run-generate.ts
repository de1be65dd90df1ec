import { generatePictures, type RunReport } from 'chargen-core';
import { callEngine, type EngineCall } from './engine-call.js';

/** Makes the pictures that a batch of tasks asks for. */
export function runGenerate(call: EngineCall): Promise<RunReport> {
  return callEngine(call, 'generate', generatePictures);
}
