import { readFileSync } from 'node:fs';
import {
  addDependenciesToPackageJson,
  readNxJson,
  updateNxJson,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';
import { z } from 'zod';
import { isOurs, PLUGIN } from '../shared/plugin-registration.js';
import { newWorkspaceId } from '../shared/workspace-identity.js';

export interface InitOptions {
  readonly contentRoot?: string;
  readonly workspaceId?: string;
  readonly skipPackageJson?: boolean;
}

const IGNORED = ['.chargen/', '**/images/preview/', '.env'];

const STYLE = `# The look of the whole world. Everything here goes into every prompt, so keep it short:
# say how a picture is made, not what is in it.
style: >
  Ink and watercolour on rough paper, one strong source of light.

negative_prompt:
  - text or lettering
  - watermark
`;

/** What \`nx add chargen-plugin\` runs. Run again, it changes nothing that stands. */
export default function init(tree: Tree, options: InitOptions): GeneratorCallback {
  const contentRoot = (options.contentRoot ?? 'content').replace(/^(?:\.?\/)+|\/+$/g, '');
  register(tree, contentRoot, options.workspaceId);
  ignore(tree);
  const style = contentRoot === '' ? 'style.yaml' : `${contentRoot}/style.yaml`;
  if (!tree.exists(style)) tree.write(style, STYLE);
  if (options.skipPackageJson === true) return () => undefined;
  // The command that plans, asks and repairs, and the schema that imagery.yaml files name, which pnpm links only where
  // the workspace itself asks for its package. In the version of this plugin, since they share a state folder.
  const version = ownVersion();
  return addDependenciesToPackageJson(
    tree,
    {},
    { 'chargen-cli': version, 'chargen-core': version },
    undefined,
    true,
  );
}

function register(tree: Tree, contentRoot: string, workspaceId: string | undefined): void {
  const nxJson = readNxJson(tree) ?? {};
  if ((nxJson.plugins ?? []).some(isOurs)) return;
  const entry = {
    plugin: PLUGIN,
    options: { contentRoot, workspaceId: workspaceId ?? newWorkspaceId(tree) },
  };
  updateNxJson(tree, { ...nxJson, plugins: [...(nxJson.plugins ?? []), entry] });
}

/** Adds what is missing, whatever form the lines that stand there have; a line that lets something in is left. */
function ignore(tree: Tree): void {
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const present = new Set(text.split(/\r?\n/).map(bare));
  const missing = IGNORED.filter((line) => !present.has(bare(line)) && !present.has(`!${bare(line)}`));
  if (missing.length === 0) return;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const start = text === '' || text.endsWith('\n') ? text : text + eol;
  tree.write('.gitignore', start + missing.map((line) => line + eol).join(''));
}

/** A pattern without the signs that make no difference at the root of a repository. */
function bare(line: string): string {
  return line
    .trim()
    .replace(/^(!?)(?:\*\*)?\//, '$1')
    .replace(/\/$/, '');
}

const manifestSchema = z.object({ version: z.string() });

function ownVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return manifestSchema.parse(manifest).version;
}
