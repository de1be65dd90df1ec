import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What one task measured; numbers only, so that it passes between processes unharmed. */
export type Numbers = Readonly<Record<string, number>>;
export type Arguments = Readonly<Record<string, string | number | boolean>>;
/** Work that is measured in a process of its own, so that nothing is warm and peak memory is its own. */
export type Task = (given: Arguments) => Promise<Numbers>;

const RUNNER = fileURLToPath(new URL('./run-task.js', import.meta.url));

/** Runs a task of a benchmark in a fresh process. `peakMb` is that process's peak of resident memory. */
export async function runTask(module: string, task: string, given: Arguments): Promise<Numbers> {
  const child = spawn(process.execPath, ['--expose-gc', RUNNER, module, task, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The task ${module}/${task} ended with ${String(code)}: ${output}`);
  return numbersOf(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
}

function numbersOf(data: unknown): Numbers {
  if (typeof data !== 'object' || data === null) throw new TypeError('A task answered without numbers.');
  return Object.fromEntries(
    Object.entries(data).map(([name, value]: [string, unknown]) => {
      if (typeof value !== 'number') throw new TypeError(`${name} is no number.`);
      return [name, value];
    }),
  );
}

/** A number that a task must have answered. */
export function numberOf(numbers: Numbers, name: string): number {
  const value = numbers[name];
  if (value === undefined) throw new RangeError(`The task did not answer ${name}.`);
  return value;
}

export function textOf(given: Arguments, name: string): string {
  const value = given[name];
  if (typeof value !== 'string') throw new TypeError(`The task needs the text ${name}.`);
  return value;
}

export function countOf(given: Arguments, name: string): number {
  const value = given[name];
  if (typeof value !== 'number') throw new TypeError(`The task needs the number ${name}.`);
  return value;
}
