import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';

/** Files that take longest, in that order and by kind: a run must not end with one of them alone. */
const LONGEST = [
  'test/sweep/sweep-sample',
  'tools/chargen-plugin/test/packed',
  'tools/chargen-plugin/test/ci-steps',
  'tools/chargen-plugin/test/daemon',
  'tools/chargen-plugin/test/writers-week',
  'tools/chargen-cli/test/menus',
  'tools/chargen-plugin/test/generate-and-rerun',
  'test/bench-smoke',
  'tools/chargen-cli/test/help',
  'tools/chargen-plugin/test/remote-cache-faults',
  'tools/chargen-plugin/test/preview-and-keys',
  'tools/chargen-plugin/test/causes-outside',
  'tools/chargen-plugin/test/authors-pictures',
  'tools/chargen-cli/test/runs',
  'tools/chargen-plugin/test/several-worlds',
  'tools/chargen-plugin/test/export-targets',
  'tools/chargen-plugin/test/newer-version',
  'tools/chargen-plugin/test/refusals-and-failures',
  'tools/chargen-plugin/test/affected',
  'libs/chargen-gallery/test/review',
  'libs/chargen-gallery/test/served-page',
  'libs/chargen-core/test/newer-version',
  'libs/chargen-gallery/test/page',
  'libs/chargen-export/test/example-page',
  'libs/chargen-core/test/run-resume',
  'libs/chargen-core/test/run-collect',
  'libs/chargen-core/test/plan-selections',
  'libs/chargen-export/test/export',
  'libs/chargen-core/test/store-shared',
  'libs/chargen-core/test/plan-done-by-asked',
  'libs/chargen-core/test/analysis-record',
  'libs/gemini-emulator/test/memory',
  'libs/gemini-emulator/test/command',
].map((name) => `${name}.test.ts`);

/** First the files that start Nx or commands, then those of the libraries. */
export class LongestFirst extends BaseSequencer {
  /** @param {import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    /** @param {import('vitest/node').TestSpecification} file */
    const rank = ({ moduleId }) => {
      const path = relative(this.ctx.config.root, moduleId);
      const place = LONGEST.indexOf(path);
      return (path.startsWith('libs') ? 1000 : 0) + (place < 0 ? LONGEST.length : place);
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
