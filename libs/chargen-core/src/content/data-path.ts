import type { DataPath } from './entity.js';

/** `zones[2].lighting`, for people. */
export function pathText(path: DataPath): string {
  let text = '';
  for (const step of path)
    text += typeof step === 'number' ? `[${String(step)}]` : `${text === '' ? '' : '.'}${step}`;
  return text;
}
