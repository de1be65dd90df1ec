export * from './analysis/index.js';
export * from './catalogue/index.js';
export * from './content/index.js';
export * from './gemini/index.js';
export * from './plan/index.js';
export * from './prompt/index.js';
export * from './recipe/index.js';
export { NOT_UTF8, readAuthoredText } from './record/authored-text.js';
export { appendItem, spliceField, type SpliceOutcome } from 'yaml-splice';
export { recordAll, type RecordAllOptions, type RecordWish } from './record/record-all.js';
export * from './record/write-record.js';
export type { EditOutcome } from './record/edit-authored.js';
export * from './report/index.js';
export * from './run/index.js';
export * from './store/index.js';
export { writeFileAtomic } from './util/atomic-write.js';
export * from './util/clock.js';
export { nearest } from './util/nearest.js';
export {
  replaceIfUnchanged,
  type LookedAt,
  type ReplaceOutcome,
  type ReplaceStep,
} from './util/replace-authored.js';
export { restoreAside, type RestoredFiles } from './util/restore-aside.js';
export * from './pipeline/index.js';
export * from './commands/index.js';
