export { formatOfName, type PictureFormat } from './format.js';
export { inspectPicture } from './inspect.js';
export { parseLfsPointer } from './lfs-pointer.js';
export { shapeMatches } from './shape.js';
export type { BrokenPicture, PictureVerdict, WholePicture } from './verdict.js';
