// One edit of a text each.
export { spliceField } from './splice-field.js';
export { appendItem, removeItem, replaceItem } from './splice-item.js';
export { isSectionDone, spliceTopLevel } from './splice-top-level.js';

// Many edits of a text, with one parse before and one verification after.
export { openYaml, spliceAll, type OpenYaml } from './splice-all.js';
export type { YamlEdit } from './yaml-edit.js';

export type { SpliceOutcome } from './verified-edit.js';
export type { DataPath, Json } from './data.js';
