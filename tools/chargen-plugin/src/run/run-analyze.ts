import { analyzePictures, type RunReport } from 'chargen-core';
import { callEngine, type EngineCall } from './engine-call.js';

/** Describes the pictures that a batch of tasks asks for. */
export function runAnalyze(call: EngineCall): Promise<RunReport> {
  return callEngine(call, 'analyze', analyzePictures);
}
