import { randomBytes } from 'node:crypto';
import { slugOf } from 'chargen-core';

/** The end of a new workspace id, so that two workspaces of one name differ. */
export function newIdEnding(): string {
  return randomBytes(3).toString('hex');
}

/** A name for a workspace among all that use the same API key: readable, and not the same by accident. */
export function workspaceIdOf(name: string, ending: string): string {
  return `${nameSlug(name)}-${ending}`;
}

/** A name that fits an id and a package; `story-world` if the name has no letter for one. */
export function nameSlug(name: string): string {
  const slug = slugOf(name).slice(0, 40).replace(/-+$/, '');
  return slug === '' ? 'story-world' : slug;
}
