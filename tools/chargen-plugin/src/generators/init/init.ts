import { installPackagesTask, type GeneratorCallback, type Tree } from '@nx/devkit';
import { repositoryOf } from '../shared/repository-of-tree.js';
import { putBack, writeAuthored } from '../shared/write-authored.js';
import { packageSpecs } from '../../setup/package-specs.js';
import { planSetup } from '../../setup/plan-setup.js';
import { newIdEnding } from '../../setup/workspace-id.js';

export interface InitOptions {
  readonly contentRoot?: string;
  readonly workspaceId?: string;
  readonly skipPackageJson?: boolean;
}

/** What `nx add chargen-plugin` runs: the plan that `chargen init` applies too. Run again, it changes nothing. */
export default async function init(tree: Tree, options: InitOptions): Promise<GeneratorCallback> {
  await putBack(tree);
  const hasPackages = options.skipPackageJson !== true && tree.exists('package.json');
  const { edits } = planSetup(repositoryOf(tree), {
    contentRoot: options.contentRoot,
    workspaceId: options.workspaceId,
    idEnding: newIdEnding(),
    packages: hasPackages ? packageSpecs(tree.root) : undefined,
  });
  await writeAuthored(tree, edits);
  if (!edits.some(({ path }) => path === 'package.json')) return () => undefined;
  return () => {
    // It looks only for changes of the Tree, and package.json was written beside it.
    installPackagesTask(tree, true);
  };
}
