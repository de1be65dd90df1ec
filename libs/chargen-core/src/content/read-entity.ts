import { DIALECTS } from './dialects/table.js';
import { hasKey, valueAt } from './data.js';
import type { DialectReader, ReaderInput, ReaderOutcome } from './reader.js';

/** Reads one parsed file by the first dialect that recognises it; an unknown shape is told the nearest one. */
export function readEntity(input: ReaderInput): ReaderOutcome {
  const reader = DIALECTS.find((dialect) => dialect.recognises(input));
  if (reader !== undefined) return reader.read(input);
  const { dialect, missing } = nearestDialect(input.data);
  const lacks = missing.length === 0 ? '' : ` What it lacks for that: ${missing.join(', ')}.`;
  return {
    entity: undefined,
    diagnostics: [
      {
        severity: 'error',
        code: 'unknown-dialect',
        message: `This file has a shape that chargen does not know. The nearest is ${dialect.looksLike}.${lacks}`,
        file: input.file,
        at: [],
      },
    ],
  };
}

function nearestDialect(data: unknown): { dialect: DialectReader; missing: string[] } {
  const scored = DIALECTS.map((dialect) => {
    const missing = dialect.marks.filter((mark) => valueAt(data, mark) === undefined && !hasKey(data, String(mark[0])));
    return { dialect, missing: missing.map((mark) => mark.join('.')), share: 1 - missing.length / dialect.marks.length };
  });
  const [first, ...rest] = scored;
  if (first === undefined) throw new Error('There is no dialect.');
  return rest.reduce((best, next) => (next.share > best.share ? next : best), first);
}
