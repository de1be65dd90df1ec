/**
 * The part of a text that can be a file name and a word of a command: small letters, digits and dashes.
 * Empty if nothing is left of it. Accents are dropped; everything else that is no letter parts words.
 */
export function slugOf(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
}

/**
 * Whether a text is a slug as folders have: `ch01.5-the-slack-chain`, but not `Ada` or `two guards`. Two dashes may
 * stand together: ids of real worlds were cut to a length in front of their number (`at-the-long--03`).
 */
export function isSlug(text: string): boolean {
  return /^[a-z0-9]+(?:[-._]+[a-z0-9]+)*$/.test(text);
}

/** `captain-of-the-ferry` as `Captain Of The Ferry`, if the author wrote no name. */
export function nameOfSlug(slug: string): string {
  return slug
    .split(/[-_]+/)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ');
}
