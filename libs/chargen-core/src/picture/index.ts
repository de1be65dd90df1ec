export { inspectPicture } from './inspect.js';
export { parseLfsPointer } from './lfs-pointer.js';
export { shapeMatches } from './shape.js';
export type { BrokenPicture, PictureFormat, PictureVerdict, WholePicture } from './verdict.js';
