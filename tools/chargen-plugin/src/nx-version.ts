import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Majors of Nx that the plugin runs with; `peerDependencies` of package.json says the same. */
export const NX_MAJORS: readonly number[] = [23, 24];

/** By workspace: one look in a process. */
const checked = new Set<string>();

/**
 * Throws one sentence for people if the workspace has an Nx that is too old or too new. Every door calls it first: with
 * such a version, what comes next would end in a stack trace. An Nx that cannot be found is not judged.
 */
export function requireFitNx(workspaceRoot: string): void {
  if (checked.has(workspaceRoot)) return;
  const version = nxVersionOf(workspaceRoot);
  const major = Number(version?.split('.')[0]);
  if (version !== undefined && !NX_MAJORS.includes(major)) {
    const isOld = major < Math.min(...NX_MAJORS);
    throw new Error(
      `chargen-plugin needs Nx ${NX_MAJORS.join(' or ')}, and this workspace has Nx ${version}. ` +
        (isOld ? 'Update it: npx nx migrate latest' : 'Update chargen: npx nx migrate chargen-plugin'),
    );
  }
  checked.add(workspaceRoot);
}

function nxVersionOf(workspaceRoot: string): string | undefined {
  try {
    const file = createRequire(join(workspaceRoot, 'package.json')).resolve('nx/package.json');
    return /"version": *"([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** The input `includeIgnored` came with Nx 23.3; before, Nx passes over it without a word. */
export function seesIgnoredFiles(): boolean {
  try {
    const nx: unknown = createRequire(import.meta.url)('nx/package.json');
    const version = typeof nx === 'object' && nx !== null && 'version' in nx ? String(nx.version) : '';
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major > 23 || (major === 23 && minor >= 3);
  } catch {
    return false;
  }
}
