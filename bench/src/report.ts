/** What a value must be for the aim to be met. */
export type Aim = { readonly atMost: number } | { readonly exactly: number };

export interface Measure {
  readonly what: string;
  readonly value: number;
  /** `ratio`, `ms`, `MB`, `MB/s`, `count`, `exponent` … */
  readonly unit: string;
  readonly aim?: Aim | undefined;
}

/** How large the benchmarks run. `smoke` is for the tests, `large` adds what takes many minutes or gigabytes. */
export const SCALES = ['smoke', 'quick', 'default', 'large'] as const;
export type Scale = (typeof SCALES)[number];

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** For docs/performance.md: what is measured and against what, and how to read it. */
  readonly about: string;
  /** Its values are counted, and the same on every machine: when they were made says nothing. */
  readonly isCounted?: boolean;
  /** `corpus`: a folder with a world of one's own, for the benchmark that can measure one. */
  readonly run: (scale: Scale, corpus?: string) => Promise<readonly Measure[]>;
}

export function isMet({ value, aim }: Measure): boolean {
  if (aim === undefined) return true;
  return 'atMost' in aim ? value <= aim.atMost : value === aim.exactly;
}

export function aimText(aim: Aim | undefined): string {
  if (aim === undefined) return '';
  return 'atMost' in aim ? `<= ${String(aim.atMost)}` : `= ${String(aim.exactly)}`;
}

export function valueText({ value, unit }: Measure): string {
  if (unit === 'count' || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return unit === 'ratio' || unit === 'exponent' || Math.abs(value) < 10
    ? value.toFixed(2)
    : value.toFixed(0);
}

/** A Markdown table of the measures. */
export function table(measures: readonly Measure[]): string {
  const rows = measures.map((measure) => {
    const aim = aimText(measure.aim);
    const verdict = aim === '' ? '' : isMet(measure) ? 'yes' : '**no**';
    return `| ${measure.what} | ${valueText(measure)} | ${measure.unit} | ${aim} | ${verdict} |`;
  });
  return ['| what | value | unit | aim | met |', '|---|---:|---|---|---|', ...rows].join('\n');
}
