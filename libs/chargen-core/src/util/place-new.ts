import { constants } from 'node:fs';
import { copyFile, link } from 'node:fs/promises';
import { hasCode } from './fs-error.js';

/** What file systems answer that have no hard links: exFAT, SMB shares, FUSE, some containers. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'EMLINK'];

export type Link = (existing: string, path: string) => Promise<void>;

/**
 * Gives a finished file another name that must be free; false if it is taken. Of many processes and machines that try
 * at once one succeeds. With hard links the name appears with the whole content. Without them the name is
 * made exclusively, and a reader may see it before its content: it must not take an unfinished file for none.
 * `makeLink` is what links; a test gives one that fails as such file systems do.
 */
export async function placeNew(finished: string, path: string, makeLink: Link = link): Promise<boolean> {
  try {
    await makeLink(finished, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!NO_LINKS.some((code) => hasCode(error, code))) throw error;
  }
  try {
    await copyFile(finished, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}
