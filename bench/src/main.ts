import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { BENCHMARKS } from './benchmarks/index.js';
import { HELP, readOptions, type Options } from './options.js';
import { REPOSITORY } from './place.js';
import { isMet, table } from './report.js';
import { resultsSchema, type MeasuredResult, type Results } from './results-file.js';
import { performancePage } from './write-docs.js';

const RESULTS = join(REPOSITORY, 'bench', 'results.json');
const PAGE = join(REPOSITORY, 'docs', 'performance.md');

async function measure(options: Options): Promise<Results> {
  const results: MeasuredResult[] = [];
  for (const benchmark of BENCHMARKS) {
    if (options.only.length > 0 && !options.only.includes(benchmark.name)) continue;
    process.stderr.write(`${benchmark.title} …\n`);
    const begin = performance.now();
    const loadBefore = load();
    const measures = await benchmark.run(options.scale, options.corpus);
    const seconds = (performance.now() - begin) / 1000;
    results.push({
      name: benchmark.name,
      date: new Date().toISOString(),
      scale: options.scale,
      seconds,
      loadBefore,
      loadAfter: load(),
      measures: [...measures],
    });
    process.stdout.write(`\n## ${benchmark.title} (${seconds.toFixed(0)} s)\n\n${table(measures)}\n`);
  }
  return {
    v: 2,
    machine: {
      node: process.versions.node,
      platform: platform(),
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 1024 ** 3),
    },
    results,
  };
}

const load = (): number => loadavg()[0] ?? 0;

/** The results of an earlier call with those of this one in the place of theirs. */
async function mergedWithEarlier(results: Results): Promise<Results> {
  const earlier = await readFile(RESULTS, 'utf8').then(
    (text) => resultsSchema.parse(JSON.parse(text)).results,
    () => [],
  );
  const kept = earlier.filter((one) => !results.results.some((other) => other.name === one.name));
  return { ...results, results: [...kept, ...results.results] };
}

async function writePage(results: Results): Promise<void> {
  const page = performancePage(results);
  const config = await resolveConfig(PAGE);
  await writeFile(PAGE, await format(page, { ...config, parser: 'markdown' }));
}

const options = readOptions(process.argv.slice(2));
if (options === 'help') {
  process.stdout.write(HELP);
} else if (options === 'from-json') {
  await writePage(resultsSchema.parse(JSON.parse(await readFile(RESULTS, 'utf8'))));
} else {
  const results = await measure(options);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (options.writeDocs) {
    const merged = await mergedWithEarlier(results);
    await writeFile(RESULTS, `${JSON.stringify(merged, undefined, 2)}\n`);
    await writePage(merged);
  }
  const measures = results.results.flatMap((one) => one.measures);
  const missed = measures.filter((one) => one.aim !== undefined && !isMet(one));
  process.stderr.write(`\n${String(missed.length)} aims are not met.\n`);
}
