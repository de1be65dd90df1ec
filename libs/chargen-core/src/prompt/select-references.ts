import type { ReferenceRole, ResolvedReference } from '../content/index.js';

/** A reference that goes to the model, and what the prompt says of it. */
export interface SelectedReference {
  readonly reference: Exclude<ResolvedReference, { kind: 'dangling' }>;
  /** Completes "Image 1 shows …". */
  readonly shows: string;
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
 * once; at most as many as the model takes. Whatever is over the limit is the last by this order.
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
      sent.push({ reference, shows: describe(reference) });
    }
  }
  return { sent, leftOut };
}

function describe(reference: Exclude<ResolvedReference, { kind: 'dangling' }>): string {
  const owner = reference.kind === 'scene' ? reference.entity : reference.owner;
  const name = owner?.name ?? 'a reference';
  switch (reference.role) {
    case 'portrait':
      return `${name}; keep the face, hair and build`;
    case 'place': {
      const zone = reference.kind === 'scene' ? reference.scene.place?.zoneName : undefined;
      return `the place ${zone === undefined ? name : `${zone} (${name})`}; keep its architecture and materials`;
    }
    case 'object':
      return `an object of ${name}; keep its shape`;
    case 'style':
      return 'the style to paint in, not what to paint';
    case 'other':
      return reference.kind === 'scene' ? `${name}, "${reference.scene.title}"` : name;
  }
}
