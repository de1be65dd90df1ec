// How `nx release` reads and writes the versions of these packages. Nx's own way needs @nx/js, which brings Babel
// and a hundred other packages for what are two fields of package.json here.
import { VersionActions } from 'nx/release/index.js';

const COLLECTIONS = ['dependencies', 'devDependencies', 'peerDependencies'];

/** All packages have one version, and name each other by exactly that. */
export default class PackageVersions extends VersionActions {
  validManifestFilenames = ['package.json'];

  async readCurrentVersionFromSourceManifest(tree) {
    const manifestPath = this.#paths()[0];
    return { currentVersion: readManifest(tree, manifestPath).version, manifestPath };
  }

  async readCurrentVersionFromRegistry() {
    // Versions come from git tags or from package.json; a dry run needs no network.
    return null;
  }

  async readCurrentVersionOfDependency(tree, projectGraph, dependencyProjectName) {
    const manifest = readManifest(tree, this.#paths()[0]);
    const name = packageName(tree, projectGraph, dependencyProjectName);
    const collection = COLLECTIONS.find((one) => manifest[one]?.[name] !== undefined) ?? null;
    return {
      currentVersion: collection === null ? null : manifest[collection][name],
      dependencyCollection: collection,
    };
  }

  async updateProjectVersion(tree, newVersion) {
    return this.#paths().map((path) => {
      writeManifest(tree, path, { ...readManifest(tree, path), version: newVersion });
      return `${path} now has version ${newVersion}`;
    });
  }

  async updateProjectDependencies(tree, projectGraph, dependenciesToUpdate) {
    const changes = [];
    for (const path of this.#paths()) {
      const manifest = readManifest(tree, path);
      for (const [project, version] of Object.entries(dependenciesToUpdate)) {
        const name = packageName(tree, projectGraph, project);
        for (const collection of COLLECTIONS) {
          if (manifest[collection]?.[name] === undefined) continue;
          manifest[collection] = { ...manifest[collection], [name]: version };
          changes.push(`${path} now needs ${name} ${version}`);
        }
      }
      writeManifest(tree, path, manifest);
    }
    return changes;
  }

  #paths() {
    return this.manifestsToUpdate.map((one) => one.manifestPath);
  }
}

function readManifest(tree, path) {
  return JSON.parse(tree.read(path, 'utf8'));
}

function writeManifest(tree, path, manifest) {
  tree.write(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function packageName(tree, projectGraph, project) {
  return readManifest(tree, `${projectGraph.nodes[project].data.root}/package.json`).name;
}
