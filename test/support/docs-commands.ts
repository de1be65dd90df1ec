import { join } from 'node:path';
import type { Fence } from './docs-pages.js';
import { REPOSITORY } from './workspace.js';

/** Commands that the documentation may show, and the file that each name starts. */
const PROGRAMS: Readonly<Record<string, string>> = {
  chargen: 'tools/chargen-cli/bin/chargen.mjs',
  nx: 'node_modules/nx/dist/bin/nx.js',
  'gemini-emulator': 'libs/gemini-emulator/bin/gemini-emulator.mjs',
  'chargen-ci': 'tools/chargen-plugin/bin/chargen-ci.mjs',
  'chargen-cache-server': 'tools/chargen-cache-server/bin/chargen-cache-server.mjs',
};

export interface ShownCommand {
  /** As it is written, without what does not belong to it: `npx chargen plan --json`. */
  readonly text: string;
  readonly program: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it is shown first. */
  readonly at: string;
}

/** Every command of ours in the blocks of shell, each once, in the order of the pages. */
export function commandsOf(fences: readonly Fence[]): ShownCommand[] {
  const commands = new Map<string, ShownCommand>();
  for (const fence of fences) {
    if (!['sh', 'bash', 'shell', 'console'].includes(fence.language)) continue;
    for (const [index, line] of joinedLines(fence.text).entries()) {
      for (const words of simpleCommands(line.replace(/^\s*\$\s+/, ''))) {
        const command = asCommand(words, `${fence.page}:${String(fence.line + index)}`);
        if (command === undefined) continue;
        const same = JSON.stringify([command.program, command.args, command.env]);
        if (!commands.has(same)) commands.set(same, command);
      }
    }
  }
  return [...commands.values()];
}

/** The names of npm scripts that the blocks of shell call. */
export function npmScriptsOf(fences: readonly Fence[]): string[] {
  return fences.flatMap((fence) =>
    fence.language !== 'sh'
      ? []
      : joinedLines(fence.text).flatMap((line) =>
          simpleCommands(line).flatMap(([first, second, third]) => {
            if (first !== 'npm') return [];
            return second === 'run' ? [third ?? ''] : second === 'test' ? ['test'] : [];
          }),
        ),
  );
}

/** Lines, with those that end in a backslash put together; an empty line stands for each that was taken away. */
function joinedLines(text: string): string[] {
  const lines: string[] = [];
  let begun: string | undefined;
  for (const line of text.split('\n')) {
    const whole: string = begun === undefined ? line : `${begun}${line.trimStart()}`;
    if (whole.endsWith('\\')) {
      begun = whole.slice(0, -1);
      lines.push('');
    } else {
      begun = undefined;
      lines.push(whole);
    }
  }
  return lines;
}

function asCommand(words: readonly string[], at: string): ShownCommand | undefined {
  const env: Record<string, string> = {};
  let rest = [...words];
  for (;;) {
    const assignment = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(rest[0] ?? '');
    if (assignment === null) break;
    env[assignment[1] ?? ''] = assignment[2] ?? '';
    rest = rest.slice(1);
  }
  if (rest[0] === 'npx') rest = rest.slice(1);
  const [program = '', ...args] = rest;
  const script = PROGRAMS[program];
  if (script === undefined) return undefined;
  return { text: words.join(' '), program, script: join(REPOSITORY, script), args, env, at };
}

/**
 * Splits a line of shell as far as the documentation uses it: quotes, comments, `&&`, `||`, `;`, pipes and
 * redirections. Throws on what it does not know, so that no command is passed over in silence.
 */
export function simpleCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  let redirects = false;
  const end = (): void => {
    if (word !== undefined && !redirects) commands.at(-1)?.push(word);
    if (word !== undefined) redirects = false;
    word = undefined;
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '"' || character === "'") {
      const close = line.indexOf(character, at + 1);
      if (close < 0) throw new Error(`A quote is not closed: ${line}`);
      word = (word ?? '') + line.slice(at + 1, close);
      at = close;
    } else if (/\s/.test(character)) {
      end();
    } else if (character === '#' && word === undefined) {
      break;
    } else if (/[;|&]/.test(character) && !/^\d?>&/.test(line.slice(Math.max(0, at - 2), at + 1))) {
      end();
      commands.push([]);
    } else if (character === '>' || (character === '<' && !/^<[a-zA-Z][a-zA-Z -]*>/.test(line.slice(at)))) {
      if (word !== undefined && /^\d$/.test(word)) word = undefined;
      end();
      redirects = true;
    } else if (character === '<') {
      const close = line.indexOf('>', at);
      word = (word ?? '') + line.slice(at, close + 1);
      at = close;
    } else if (character === '`' || line.startsWith('$(', at)) {
      throw new Error(`The documentation uses shell that its test does not know: ${line}`);
    } else {
      word = (word ?? '') + character;
    }
  }
  end();
  return commands.filter((words) => words.length > 0);
}

/** The long options among the words of a command, without their values. */
export function flagsOf(args: readonly string[]): string[] {
  return args.flatMap((arg) => /^(--[a-z][a-zA-Z-]*)/.exec(arg)?.[1] ?? []);
}
