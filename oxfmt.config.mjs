// The style is Prettier's, in the file that editors and the benchmarks' page read too.
import { readFileSync } from 'node:fs';

const style = new URL('.prettierrc.json', import.meta.url);

export default { ...JSON.parse(readFileSync(style, 'utf8')), sortPackageJson: false };
