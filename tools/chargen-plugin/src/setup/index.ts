export { PLUGIN, readNxJsonText } from './nx-json.js';
export { NX_VERSION, packageSpecs } from './package-specs.js';
export {
  newFile,
  planSetup,
  type FileEdit,
  type Repository,
  type SetupOptions,
  type SetupPlan,
} from './plan-setup.js';
export { newIdEnding } from './workspace-id.js';
