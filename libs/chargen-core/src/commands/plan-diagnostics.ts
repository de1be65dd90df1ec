import {
  referenceDiagnostics,
  type Diagnostic,
  type LoadedEntity,
  type ReferenceDisk,
  type Severity,
  type World,
} from '../content/index.js';

/** What planning found out about one scene: what stops it, and what does not. */
export interface PlannedDiagnostics {
  readonly errors: readonly Diagnostic[];
  readonly others: readonly Diagnostic[];
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/**
 * All diagnostics of an entity, each once: its files, its references, and what only planning sees (a retired model, a
 * picture cut short, a circle of scenes).
 */
export function planDiagnostics(
  world: World,
  loaded: LoadedEntity,
  planned: readonly PlannedDiagnostics[],
  disk: ReferenceDisk,
): Diagnostic[] {
  const references = referenceDiagnostics(world, disk, [loaded]);
  const fromPlan = planned.flatMap(({ errors, others }) => [
    ...errors.map((one) => ({ ...one, severity: 'error' as const })),
    ...others,
  ]);
  // The world's list reports a missing portrait once for all scenes that show it; the plan knows whether the
  // workspace lets it stop a scene.
  const severities = new Map<string, Severity>();
  for (const one of fromPlan) {
    const place = placeOf(one);
    const before = severities.get(place);
    if (before === undefined || RANK[one.severity] < RANK[before]) severities.set(place, one.severity);
  }
  const judged = references.map((one) => ({
    ...one,
    severity: severities.get(placeOf(one)) ?? one.severity,
  }));
  const known = new Set(judged.map(subjectOf));
  return unique([
    ...loaded.diagnostics,
    ...judged,
    ...summarise(fromPlan.filter((one) => !known.has(subjectOf(one)) && !REFERENCE_CODES.has(one.code))),
  ]);
}

/** Codes that looking references up has reported already, for all scenes together. */
const REFERENCE_CODES: ReadonlySet<string> = new Set([
  'unknown-reference',
  'reference-to-broken-file',
  'reference-to-broken-scene',
  'unknown-scene',
  'unknown-picture',
  'no-picture',
  'missing-reference',
]);

function placeOf(one: Diagnostic): string {
  return JSON.stringify([one.file, one.code, one.at ?? null]);
}

function subjectOf(one: Diagnostic): string {
  return JSON.stringify([one.file, one.code, one.message]);
}

/** The same message of several scenes of a file, reported at the first of them. */
function summarise(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const groups = new Map<string, { first: Diagnostic; scenes: Set<string | undefined> }>();
  for (const one of diagnostics) {
    const subject = subjectOf(one);
    const group = groups.get(subject) ?? { first: one, scenes: new Set() };
    group.scenes.add(one.scene);
    groups.set(subject, group);
  }
  return [...groups.values()].map(({ first, scenes }) =>
    scenes.size === 1 ? first : { ...first, message: `${first.message} (${scenes.size} scenes)` },
  );
}

function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((one) => {
    const id = JSON.stringify([
      one.file,
      one.code,
      one.message,
      one.at ?? null,
      one.line ?? null,
      one.severity,
    ]);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
