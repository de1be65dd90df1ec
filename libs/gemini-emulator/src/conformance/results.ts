import { PICTURE_LINE, TEXT_LINE } from './shapes.js';
import { compare, different, isRecord, missing, valueAt, type Deviation } from './shape.js';
import type { JobKind } from './state.js';

/** Every difference of a result file of one request from what is recorded. */
export function resultDeviations(text: string, kind: JobKind, key: string): Deviation[] {
  const found: Deviation[] = [];
  if (text.startsWith('\uFEFF')) {
    found.push({ at: 'line 1', kind: 'value', message: 'The file begins with a byte order mark.' });
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  else found.push({ at: 'end', kind: 'missing', message: 'The last line does not end with a line break.' });
  if (text.includes('\r\n')) found.push(different('end of line', '\r\n', 'a line feed'));
  const filled = lines.filter((line) => line.trim() !== '');
  if (filled.length < lines.length) found.push(different('lines', 'an empty line', 'none'));
  if (filled.length !== 1) found.push(different('lines', filled.length, '1 for the one request'));
  return [...found, ...filled.flatMap((line, index) => lineDeviations(line, `line ${index + 1}`, kind, key))];
}

function lineDeviations(line: string, at: string, kind: JobKind, key: string): Deviation[] {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return [{ at, kind: 'type', message: `${at} is no JSON.` }];
  }
  const found = compare(data, kind === 'text' ? TEXT_LINE : PICTURE_LINE, at);
  const actual = valueAt(data, 'key');
  if (typeof actual === 'string' && actual !== key) found.push(different(`${at}.key`, actual, `"${key}"`));
  const parts = valueAt(data, 'response', 'candidates', 0, 'content', 'parts');
  if (!Array.isArray(parts)) return found;
  const wanted = kind === 'text' ? 'text' : 'inlineData';
  const content = (parts as unknown[]).findLast(
    (part) => isRecord(part) && part['thought'] !== true && wanted in part,
  );
  if (content === undefined) found.push(missing(`${at}.response.candidates[0].content.parts[].${wanted}`));
  return found;
}
