export type { BatchView, ConformanceClient } from './client.js';
export { plainClient, type PlainClientOptions } from './plain-client.js';
export { readCheckState } from './read-check-state.js';
export { Recorder, type Exchange } from './record.js';
export { describeCheck, describePoint, isAsExpected } from './report.js';
export { PICTURE_PROMPT } from './requests.js';
export { runScenario } from './scenario.js';
export type { ScenarioOptions } from './scenario-options.js';
export type { Deviation } from './shape.js';
export {
  checkStateSchema,
  newCheck,
  type CheckState,
  type JobKind,
  type NewCheck,
  type Point,
} from './state.js';
