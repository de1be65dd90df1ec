export { PLUGIN, readNxJsonText } from './nx-json.js';
export { NX_MAJORS, requireFitNx } from '../nx-version.js';
export { NX_VERSION, packageSpecs } from './package-specs.js';
export { newFile, planSetup, type FileEdit, type SetupOptions, type SetupPlan } from './plan-setup.js';
export { worldEntries, worldName, type WorldEntry } from '../world-entries.js';
export {
  projectFileFindings,
  targetDefaultsFindings,
  type TargetDefaultsFinding,
} from '../target-defaults.js';
export { newIdEnding } from './workspace-id.js';
export { presentDataFolder } from '../graph/kept-file.js';
export { keptFindings } from '../run/kept-findings.js';
export { readKeptWorld } from '../graph/read-world.js';
export type { Repository } from './repository.js';
