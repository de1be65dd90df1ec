const PICTURE = /(?:^|\/)images\/[^/]+\.(?:png|jpg|webp|recipe\.json|refused\.json|analysis\.json)$/;
const RECORD = /(?:^|\/)imagery\.yaml$/;

/** Files that chargen makes and that a pull request of pictures may hold; previews lie a folder deeper. */
export function isPictureFile(path: string): boolean {
  return PICTURE.test(path);
}

/** Files that a pull request of pictures may change: pictures and what is beside them, and the record. */
export function isProposable(path: string): boolean {
  return isPictureFile(path) || RECORD.test(path);
}
