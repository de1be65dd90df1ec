import { DIALECTS } from './dialects/table.js';
import { isDataMap, pathText, valueAt } from './data.js';
import type { DialectReader, ReaderInput, ReaderOutcome } from './reader.js';

/** Reads one parsed file by the first dialect that recognises it. The error about an unknown shape names the nearest. */
export function readEntity(input: ReaderInput): ReaderOutcome {
  const reader = dialectOf(input);
  if (reader !== undefined) return reader.read(input);
  return {
    entity: undefined,
    diagnostics: [
      { severity: 'error', code: 'unknown-dialect', message: describe(input), file: input.file, at: [] },
    ],
  };
}

/** The first dialect that recognises a file; undefined if none does. */
export function dialectOf(input: ReaderInput): DialectReader | undefined {
  return DIALECTS.find((dialect) => dialect.recognises(input));
}

function describe({ data, folderType }: ReaderInput): string {
  if (data === null || data === undefined)
    return 'The file is empty. Describe the entity and its scenes in it.';
  if (!isDataMap(data)) return 'The file holds no fields at its top level, so it cannot describe an entity.';
  const { dialect, missing } = nearestDialect(data, folderType);
  const lacks = missing.length === 0 ? '' : ` What it lacks for that: ${missing.join(', ')}.`;
  return `This file has a shape that chargen does not know. The nearest is ${dialect.looksLike}.${lacks}`;
}

/** The dialect of whose marks the largest share is there; the folder decides between equals. */
function nearestDialect(
  data: unknown,
  folderType: string | undefined,
): { dialect: DialectReader; missing: string[] } {
  const scored = DIALECTS.map((dialect) => {
    const missing = dialect.marks.filter((mark) => valueAt(data, mark) === undefined).map(pathText);
    const fits = dialect.looksLike.includes(`a ${folderType ?? '?'} `) ? 0.01 : 0;
    return { dialect, missing, share: 1 - missing.length / dialect.marks.length + fits };
  });
  const [first, ...rest] = scored;
  if (first === undefined) throw new Error('There is no dialect.');
  return rest.reduce((best, next) => (next.share > best.share ? next : best), first);
}
