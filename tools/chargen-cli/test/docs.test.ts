import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS, EXIT, EXIT_MEANING } from '../src/index.js';
import { REPOSITORY } from './support/run.js';

const GLOBALS = ['--root', '--json', '--profile', '--help', '-h', '-V', '--version'];

interface Mention {
  readonly file: string;
  readonly line: string;
}

/** `chargen …` in code of the documentation: fenced lines and inline code. */
async function mentions(): Promise<Mention[]> {
  const docs = (await readdir(join(REPOSITORY, 'docs'))).filter((name) => name.endsWith('.md'));
  const files = ['README.md', 'tools/chargen-cli/README.md', ...docs.map((name) => `docs/${name}`)];
  const found: Mention[] = [];
  for (const file of files) {
    const text = await readFile(join(REPOSITORY, file), 'utf8');
    const fenced = [...text.matchAll(/^```(?:sh|bash|shell|console)?\n([\s\S]*?)^```/gm)].flatMap(
      ([, body]) => (body ?? '').split('\n'),
    );
    const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
      ([, code]) => code ?? '',
    );
    for (const code of [...fenced, ...inline]) {
      const line = /^\s*(?:\$ )?(?:npx )?(chargen(?: .*)?)$/.exec(code.replace(/\s+#.*$/, ''))?.[1];
      if (line !== undefined) found.push({ file, line: line.trim() });
    }
  }
  return found;
}

describe('the documentation', () => {
  it('names only commands and options that exist', async () => {
    const wrong: string[] = [];
    for (const { file, line } of await mentions()) {
      const words = line.split(/\s+/).slice(1);
      const plain = words.filter((word) => !word.startsWith('-'));
      if (plain.length === 0 || plain[0] === '…' || plain[0] === '<command>') continue;
      const spec = COMMANDS.find(({ path }) => path.split(' ').every((word, index) => plain[index] === word));
      const flags = [
        ...GLOBALS,
        ...(spec?.options ?? []).flatMap(({ flags }) => flags.match(/--?[\w-]+/g) ?? []),
      ];
      const unknown = words.filter((word) => word.startsWith('-') && !flags.includes(word));
      const isGroup = COMMANDS.some(({ path }) => path.startsWith(`${plain.join(' ')} `));
      if ((spec === undefined && !isGroup) || unknown.length > 0) wrong.push(`${file}: ${line}`);
    }
    expect(wrong).toEqual([]);
  });

  it('shows in the page of commands only examples that a test runs', async () => {
    const run = new Set(COMMANDS.flatMap(({ examples }) => examples.map(({ line }) => line)));
    const page = await readFile(join(REPOSITORY, 'docs/commands.md'), 'utf8');
    const shown = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) =>
      (body ?? '').trim().split('\n'),
    );
    expect(shown.filter((line) => !run.has(line))).toEqual([]);
    const named = COMMANDS.filter(({ path }) => !page.includes(`chargen ${path}`)).map(({ path }) => path);
    expect(named).toEqual([]);
  });

  it('explains every exit code', async () => {
    const page = await readFile(join(REPOSITORY, 'docs/exit-codes.md'), 'utf8');
    for (const code of Object.values(EXIT)) {
      expect(EXIT_MEANING[code]).not.toBe('');
      expect(page).toMatch(new RegExp(`^\\| ${String(code)} +\\|`, 'm'));
    }
  });
});
