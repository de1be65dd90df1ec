import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { replaceIfUnchanged, restoreAside } from 'chargen-core';
import { terminalText } from 'chargen-core/safe-text';

/** A file as the Tree gave it to a generator, and as the generator leaves it. */
export interface AuthoredEdit {
  /** Relative to the workspace. */
  readonly path: string;
  /** Undefined if there was no file. */
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Writes what a generator makes of files that people write. Nx writes the changes of its Tree after the generator has
 * ended, over what is there by then: a save in between would be lost. So a file is replaced here, and only if it
 * still says what the generator has read; the Tree then finds no change. In a dry run, and if the Tree has changes of
 * the file that are not on the disk (of a test, of a generator that calls this one), the Tree gets it.
 *
 * Rejects if a file was saved meanwhile; it stays, and so do those after it.
 */
export async function writeAuthored(tree: Tree, edits: readonly AuthoredEdit[]): Promise<void> {
  const pending = new Set(tree.listChanges().map(({ path }) => path));
  const isOfTree = (path: string): boolean => isDryRun() || !existsSync(tree.root) || pending.has(path);
  for (const { path, before, after } of edits) {
    if (isOfTree(path)) tree.write(path, after);
    else await replace(tree.root, { path, before, after });
  }
}

/** Gives files of the root their names again that a killed process had taken aside, before a generator reads them. */
export async function putBack(tree: Tree): Promise<void> {
  if (!isDryRun() && existsSync(tree.root)) await restoreAside(tree.root);
}

/** Nx hands its flags to generators only so (nx/src/command-line/generate/command-object, Nx 24). */
function isDryRun(): boolean {
  return process.env['NX_DRY_RUN'] === 'true';
}

async function replace(root: string, { path, before, after }: AuthoredEdit): Promise<void> {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  const lookedAt = before === undefined ? undefined : Buffer.from(before);
  const outcome = await replaceIfUnchanged(file, lookedAt, after);
  if (outcome.kind === 'replaced') {
    // As Nx lists the changes of its Tree.
    if (process.env['NX_GENERATE_QUIET'] !== 'true')
      process.stdout.write(terminalText(`${before === undefined ? 'CREATE' : 'UPDATE'} ${path}\n`));
    return;
  }
  const kept =
    outcome.kind === 'changed' && outcome.kept !== undefined
      ? ` Another version of it is kept at ${outcome.kept}; compare the two.`
      : '';
  throw new Error(
    `${path} was saved by another program meanwhile and stays as it is.${kept} Run the same command again.`,
  );
}
