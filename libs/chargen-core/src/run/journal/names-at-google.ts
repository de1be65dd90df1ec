import { sha256Hex } from '../../util/digest.js';

/** With the rest of a name well below what Google takes for a display name. */
const LONGEST = 60;

/**
 * The workspace's part of every display name at Google (jobs and uploads). What a display name may hold is not
 * documented, and a `/` would move its other parts: an id that is more than plain ASCII is replaced by what is plain in
 * it and a digest, so that two ids never share a name.
 */
export function workspacePart(workspaceId: string): string {
  if (/^[A-Za-z0-9._-]+$/.test(workspaceId) && workspaceId.length <= LONGEST) return workspaceId;
  const plain = workspaceId.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, LONGEST / 2);
  return `${plain}~${sha256Hex(workspaceId).slice(0, 12)}`;
}
