import { bundleAll } from '../../scripts/bundle.mjs';

export default bundleAll;
