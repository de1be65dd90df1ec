/** What an audit looks for, each with what it means. */
export const AUDIT_FINDINGS = {
  'picture-without-recipe': 'a picture in the place of a scene has no recipe',
  'recipe-without-picture': 'a recipe has no picture',
  'changed-picture': 'the bytes of a picture are not those of its recipe',
  'without-alt-text': 'a picture has no alt text',
  'unknown-picture': 'no scene and no reference knows a picture in images/',
  'lfs-pointer': 'only the Git LFS pointer to a picture is here',
} as const;
export type AuditFindingKind = keyof typeof AUDIT_FINDINGS;
