import { parseArgs } from 'node:util';
import { BENCHMARKS } from './benchmarks/index.js';
import { SCALES, type Scale } from './report.js';

export interface Options {
  readonly scale: Scale;
  readonly only: readonly string[];
  /** Where the results go as JSON; with the whole set at default size or more, also docs/performance.md is made. */
  readonly json: string | undefined;
  readonly writeDocs: boolean;
  /** A world of one's own, for the benchmark of prompts. */
  readonly corpus: string | undefined;
}

export const HELP = `npm run bench -- [options]

  --quick          small sizes, about two minutes
  --large          more rounds, and a result file of 4 GB (needs 12 GB in the temporary folder)
  --only <names>   some of: ${BENCHMARKS.map((one) => one.name).join(', ')}
  --corpus <folder>  for prompts: measure a world of your own as well
  --json <file>    write the results there
  --docs           write bench/results.json and docs/performance.md from the results
  --from-json      make docs/performance.md again from bench/results.json, and measure nothing
`;

/** @throws Error with words for people for a name that no benchmark has */
export function readOptions(args: readonly string[]): Options | 'help' | 'from-json' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      scale: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      corpus: { type: 'string' },
      docs: { type: 'boolean', default: false },
      'from-json': { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values['from-json']) return 'from-json';
  const named = SCALES.find((scale) => scale === values.scale);
  if (values.scale !== undefined && named === undefined) {
    throw new Error(`There is no scale "${values.scale}"; there are ${SCALES.join(', ')}.`);
  }
  const only = values.only.flatMap((names) => names.split(','));
  const unknown = only.filter((name) => !BENCHMARKS.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`There is no benchmark ${unknown.join(', ')}.\n\n${HELP}`);
  return {
    scale: named ?? (values.large ? 'large' : values.quick ? 'quick' : 'default'),
    only,
    json: values.json,
    writeDocs: values.docs,
    corpus: values.corpus,
  };
}
