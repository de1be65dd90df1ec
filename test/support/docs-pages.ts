import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { REPOSITORY } from './workspace.js';

/** A fenced block of a page. */
export interface Fence {
  readonly page: string;
  /** Of its first line of text, 1-based. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The paragraph that stands before it. */
  readonly before: string;
}

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  /** The text without its fenced blocks. */
  readonly prose: string;
  readonly fences: readonly Fence[];
}

/** Every page that a reader of this repository is led to: the README, docs/, and the READMEs of the packages. */
export function readPages(): Page[] {
  const packages = ['libs', 'tools'].flatMap((parent) =>
    readdirSync(join(REPOSITORY, parent)).map((name) => `${parent}/${name}`),
  );
  const readmes = ['content', ...packages].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder)).includes('README.md') ? [`${folder}/README.md`] : [],
  );
  const docs = readdirSync(join(REPOSITORY, 'docs')).flatMap((name) =>
    name.endsWith('.md') ? [`docs/${name}`] : [],
  );
  return ['README.md', ...docs.sort(), ...readmes].map((path) =>
    parsePage(path, readFileSync(join(REPOSITORY, path), 'utf8')),
  );
}

function parsePage(path: string, text: string): Page {
  const prose: string[] = [];
  const fences: Fence[] = [];
  let open: { mark: string; language: string; line: number; lines: string[]; indent: number } | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*([\w-]*)/.exec(line);
    if (open === undefined) {
      if (fence === null) {
        prose.push(line);
      } else {
        const [, indent = '', mark = '', language = ''] = fence;
        open = { mark, language, line: index + 2, lines: [], indent: indent.length };
      }
    } else if (fence?.[2]?.startsWith(open.mark) === true && line.trim() === fence[2]) {
      const before =
        prose
          .join('\n')
          .trimEnd()
          .split(/\n\s*\n/)
          .at(-1) ?? '';
      const { language, line: first, lines } = open;
      fences.push({ page: path, line: first, language, text: lines.join('\n'), before });
      open = undefined;
      prose.push('');
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    }
  }
  if (open !== undefined)
    throw new Error(`${path}: the block that begins in line ${String(open.line)} has no end.`);
  return { path, prose: prose.join('\n'), fences };
}

/** What links and pictures of a page lead to. */
export function linksOf(page: Page): string[] {
  const text = page.prose.replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"]*")?\)/g)].map(
    ([, to]) => to ?? '',
  );
}

/** The path from the root of the repository that a relative link leads to; undefined for an address elsewhere. */
export function targetOf(page: Page, link: string): { path: string; anchor: string | undefined } | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  return { path: path === '' ? page.path : posix.join(posix.dirname(page.path), path), anchor };
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: Page): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of page.prose.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${String(count)}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** All rows of the page's tables, cell by cell, without their heads. */
export function tableOf(prose: string): string[][] {
  const lines = prose.split('\n');
  return lines.flatMap((line, index) => {
    const isRow = line.startsWith('|') && !/^\|[\s:|-]+$/.test(line);
    const isHead = /^\|[\s:|-]+$/.test(lines[index + 1] ?? '');
    if (!isRow || isHead) return [];
    const cells = line.slice(1).split(/(?<!\\)\|/);
    return [cells.slice(0, -1).map((cell) => cell.trim())];
  });
}

export function firstCells(prose: string): string[] {
  return tableOf(prose).map(([cell = '']) => cell);
}

/** What stands in backticks. */
export function codeOf(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');
}

/** The part of a page below a heading, up to the next heading of the same or a higher rank. */
export function sectionOf(page: Page, heading: string): string {
  const lines = page.prose.split('\n');
  const start = lines.findIndex((line) => line.replace(/^#+\s+/, '') === heading && line.startsWith('#'));
  if (start < 0) throw new Error(`${page.path} has no heading "${heading}".`);
  const rank = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1;
  const length = lines.slice(start + 1).findIndex((line) => (/^(#+)\s/.exec(line)?.[1]?.length ?? 9) <= rank);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** The text of all source files of the packages. */
export function sourceText(): string {
  const texts: string[] = [];
  for (const parent of ['libs', 'tools']) {
    for (const name of readdirSync(join(REPOSITORY, parent))) {
      const folder = join(REPOSITORY, parent, name, 'src');
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (file.endsWith('.ts')) texts.push(readFileSync(join(folder, file), 'utf8'));
      }
    }
  }
  return texts.join('\n');
}

/** The blocks of these languages, each with its place for the name of a test. */
export function inLanguage(
  fences: readonly Fence[],
  ...languages: readonly string[]
): { at: string; fence: Fence }[] {
  return fences
    .filter((fence) => languages.includes(fence.language))
    .map((fence) => ({ at: `${fence.page}:${String(fence.line)}`, fence }));
}
