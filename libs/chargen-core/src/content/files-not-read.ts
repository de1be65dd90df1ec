import { posix } from 'node:path';
import type { Diagnostic } from './diagnostic.js';
import { IMAGERY_FILE, SIBLING_FILES } from './file-names.js';
import { walkWorkspace } from './find-imagery-files.js';
import { normalRoot } from './own-folders.js';
import { linkedFolders, linkedRoot, targetOfRoot } from './linked-folders.js';

const READ_NAMES: readonly string[] = [IMAGERY_FILE, ...SIBLING_FILES];

/**
 * Files that look like content and are not read, each with what would make it count: a name that is nearly right,
 * a second file (image-ideas.yaml) without the imagery.yaml that it belongs to, an imagery.yaml outside of the
 * content root, a folder that is a link; and that the content root is one. `otherRoots` are the content roots of the other
 * worlds of the workspace, which have reports of their own.
 */
export async function filesNotRead(
  workspaceRoot: string,
  contentRoot: string,
  otherRoots: readonly string[] = [],
): Promise<Diagnostic[]> {
  const root = normalRoot(contentRoot);
  const target = await targetOfRoot(workspaceRoot, root);
  const found: Diagnostic[] = target === undefined ? [] : [linkedRoot(root, target)];
  const read: string[] = [];
  const links: string[] = [];
  await walkWorkspace(workspaceRoot, '.', (folder, names, linked) => {
    const warn = (name: string, message: string): void => {
      const file = posix.join(folder, name);
      found.push({ severity: 'warning', code: 'file-not-read', message, file });
    };
    if (otherRoots.includes(deepestRoot(folder, [contentRoot, ...otherRoots]) ?? contentRoot)) return;
    if (root !== '.' && !isWithin(folder, root)) {
      const isRead = target !== undefined && isWithin(folder, target);
      if (names.includes(IMAGERY_FILE) && !isRead) {
        const where = `it is outside of the content root "${root}"`;
        warn(
          IMAGERY_FILE,
          `This file is not read: ${where}. Move it there, or change contentRoot in nx.json.`,
        );
      }
      return;
    }
    if (names.includes(IMAGERY_FILE)) read.push(folder);
    links.push(...linked.map((name) => posix.join(folder, name)));
    for (const name of names) {
      const meant = meantName(name);
      if (meant === undefined) continue;
      const beside = names.includes(meant) ? ` The ${meant} beside it is read; join the two.` : '';
      warn(name, `This file is not read: its name must be "${meant}".${beside}`);
    }
    const alone = names.includes(IMAGERY_FILE) ? [] : SIBLING_FILES.filter((one) => names.includes(one));
    for (const name of alone) warn(name, `This file is not read: there is no ${IMAGERY_FILE} beside it.`);
  });
  found.push(...(await linkedFolders(workspaceRoot, links, read)));
  return found.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function isWithin(folder: string, root: string): boolean {
  return root === '' || folder === root || folder.startsWith(`${root}/`);
}

/** The content root that a folder is in; if one is in another, the inner one has it. */
function deepestRoot(folder: string, roots: readonly string[]): string | undefined {
  return roots
    .filter((root) => isWithin(folder, root))
    .reduce<string | undefined>(
      (one, other) => (other.length > (one?.length ?? -1) ? other : one),
      undefined,
    );
}

/** The name that a file must have to be read, if its own is that one but for case, extension or dashes. */
function meantName(name: string): string | undefined {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?:\.(?:txt|ya?ml|json))+$/, '')
    .replaceAll(/[ _]/g, '-')
    .trim();
  const meant = READ_NAMES.find((one) => one === `${plain}.yaml`);
  return meant === name ? undefined : meant;
}
