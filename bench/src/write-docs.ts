import { BENCHMARKS } from './benchmarks/index.js';
import { isMet, table } from './report.js';
import type { MeasuredResult, Results } from './results-file.js';
import { REMARKS } from './remarks.js';

/** docs/performance.md, made from results alone, so that its numbers are those of one call. */
export function performancePage(results: Results): string {
  const { machine } = results;
  const lines = [
    '# Performance',
    '',
    '<!-- Made by `npm run bench -- --docs`. Edit bench/src, not this page. -->',
    '',
    'What is measured here is compared with something in the same run: a floor that no implementation can be below, or what Nx does ' +
      'without this plugin. Ratios and counts travel from one machine to another; milliseconds and megabytes a second are there ' +
      'to show the scale. Each pair is measured in turns and compared round by round, and the median is given.',
    '',
    '```sh',
    'npm run bench                          # everything, about twenty minutes',
    'npm run bench -- --quick               # small sizes',
    'npm run bench -- --only collecting     # one of them',
    'npm run bench -- --large               # what is measured, in more rounds, with a file of 4 GB',
    '```',
    '',
    `These numbers: Node ${machine.node}, ${machine.platform}, ${String(machine.cores)} cores, ` +
      `${String(machine.memoryGb)} GB of memory.`,
    '',
    ...missed(results),
  ];
  for (const benchmark of BENCHMARKS) {
    const result = results.results.find((one) => one.name === benchmark.name);
    if (result === undefined) continue;
    lines.push(
      `## ${benchmark.title}`,
      '',
      benchmark.about,
      '',
      table(result.measures),
      '',
      benchmark.isCounted === true ? countedHow(result) : measuredHow(result, machine.cores),
      '',
    );
    const remarks = REMARKS[benchmark.name] ?? [];
    for (const remark of remarks) lines.push(remark, '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Absolute times mean little where others wanted the same cores. */
function measuredHow({ date, scale, seconds, loadBefore, loadAfter }: MeasuredResult, cores: number): string {
  const how = `Measured on ${date.slice(0, 10)}, sizes \`${scale}\`, in ${seconds.toFixed(0)} s`;
  const load = `the load was ${loadBefore.toFixed(1)} when it began and ${loadAfter.toFixed(1)} when it ended`;
  return loadBefore <= cores
    ? `${how}; ${load}.`
    : `${how}; ${load}, on ${String(cores)} cores: others were at work too, so absolute times are longer than on a quiet machine.`;
}

function countedHow({ name, scale }: MeasuredResult): string {
  return `Counted by \`npm run bench -- --only ${name}\`, sizes \`${scale}\`. The made-up world comes from a seed and no clock is read, so the values are the same on every machine.`;
}

function missed(results: Results): string[] {
  const all = results.results.flatMap((one) =>
    one.measures.map((measure) => ({ name: one.name, ...measure })),
  );
  const aimed = all.filter((one) => one.aim !== undefined);
  const missing = aimed.filter((one) => !isMet(one));
  const count = `${String(aimed.length - missing.length)} of ${String(aimed.length)} aims are met.`;
  if (missing.length === 0) return [count, ''];
  return [
    `${count} Not met, with the reason below the table:`,
    '',
    ...missing.map((one) => `- ${one.name}: ${one.what}, ${one.value.toFixed(2)}`),
    '',
  ];
}
