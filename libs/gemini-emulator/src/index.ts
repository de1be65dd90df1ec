export { startEmulator, type Emulator } from './emulator.js';
export type { EmulatorOptions, Limits, Tier } from './options.js';
export type { EmulatorClock } from './clock.js';
export type { BilledItem, BilledKind, Duplicate, Ledger, LedgerRequest } from './ledger/types.js';
export { parseLedger, type LedgerEntry } from './ledger/read.js';
export { findDuplicates } from './ledger/duplicates.js';
export {
  ROUTE_NAMES,
  type ArmedFault,
  type Fault,
  type FaultController,
  type FaultKind,
  type FaultMatch,
  type FaultMoment,
  type FaultRule,
  type HttpFault,
  type ItemFault,
  type JobFault,
  type RefusalShape,
  type RouteName,
} from './faults/types.js';
export { pixelSize, type PixelSize } from './picture/sizes.js';
