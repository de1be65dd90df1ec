import type { ReferenceRole, ResolvedReference } from '../content/index.js';

/** A reference that goes to the model. */
export interface SelectedReference {
  readonly reference: Exclude<ResolvedReference, { kind: 'dangling' }>;
}

export interface LeftOutReference {
  readonly reference: ResolvedReference;
  readonly why: 'dangling' | 'over-limit' | 'doubled';
}

export interface ReferenceSelection {
  readonly sent: readonly SelectedReference[];
  readonly leftOut: readonly LeftOutReference[];
}

/**
 * Faces first, since a wrong face is what readers notice and what words describe least; then places, objects and
 * style.
 */
const ROLE_ORDER: readonly ReferenceRole[] = ['portrait', 'place', 'object', 'style', 'other'];

/**
 * Which references go to the model, in which order: by role, then as the author wrote them; the same picture
 * once; at most as many as the model takes. If there are too many, the last by this order are left out.
 */
export function selectReferences(
  resolved: readonly ResolvedReference[],
  maxReferences: number,
): ReferenceSelection {
  const sent: SelectedReference[] = [];
  const leftOut: LeftOutReference[] = [];
  const seen = new Set<string>();
  const ordered = ROLE_ORDER.flatMap((role) => resolved.filter((one) => one.role === role));
  for (const reference of ordered) {
    if (reference.kind === 'dangling') {
      leftOut.push({ reference, why: 'dangling' });
      continue;
    }
    const target =
      reference.kind === 'file'
        ? reference.paths.join('|')
        : `${reference.entity.type}/${reference.entity.slug}#${reference.scene.id}`;
    if (seen.has(target)) leftOut.push({ reference, why: 'doubled' });
    else if (sent.length >= maxReferences) leftOut.push({ reference, why: 'over-limit' });
    else {
      seen.add(target);
      sent.push({ reference });
    }
  }
  return { sent, leftOut };
}

/** What the author wrote of a picture where it was declared. */
export function describedAs(reference: ResolvedReference): string | undefined {
  if (reference.kind !== 'file') return undefined;
  const picture = reference.owner?.pictures.find(({ paths }) =>
    paths.some((path) => reference.paths.includes(path)),
  );
  return picture?.description?.replace(/[.\s]+$/u, '');
}
