import { posix } from 'node:path';
import type { Diagnostic, ResolvedReference, Scene } from '../content/index.js';
import type { LeftOutReference } from '../prompt/index.js';
import { unreachable } from '../util/unreachable.js';
import { presentPicture, type PictureContext } from './authors-picture.js';
import { scenePaths } from './places.js';
import { requestFile, type RequestFile } from './request.js';
import type { PlannedReference, PlannedScene } from './scene-state.js';
import { describeNoPicture, noPictureOf } from '../recipe/index.js';

/** What became of a reference that is to be sent. */
export type ReferenceOutcome =
  | { readonly kind: 'file'; readonly file: RequestFile }
  | { readonly kind: 'waits'; readonly on: string }
  /** Its scene is judged as it was adopted: without it. */
  | { readonly kind: 'without' }
  | { readonly kind: 'error'; readonly diagnostic: Diagnostic };

export type ReferenceOutcomes = ReadonlyMap<ResolvedReference, ReferenceOutcome>;

/** The bytes of a scene's picture for a scene that shows it, given how the shown one stands. */
export async function shownPicture(
  context: PictureContext,
  scene: Scene,
  reference: Extract<ResolvedReference, { kind: 'scene' }>,
  shown: PlannedScene,
): Promise<ReferenceOutcome> {
  const unavailable = (why: string): ReferenceOutcome => ({
    kind: 'error',
    diagnostic: {
      severity: 'error',
      code: 'reference-not-available',
      message: `The picture of ${shown.name} cannot be used: ${why}`,
      file: scene.file,
      at: reference.written.at,
      scene: scene.id,
    },
  });
  switch (shown.state.kind) {
    case 'done': {
      const { picture } = shown.state.recipe;
      const folder = posix.dirname(scenePaths(shown.entity, shown.scene, context.places).stem);
      return requestFile(reference, picture, posix.join(folder, picture.file), shown.state.pointer);
    }
    case 'reused':
      return requestFile(reference, shown.state.result.picture, shown.state.from);
    case 'pending':
    case 'waits':
      return { kind: 'waits', on: shown.name };
    case 'locked':
    case 'edited': {
      // An author's picture stands for the scene as long as the author keeps it.
      const present = await presentPicture(context, shown.entity, shown.scene);
      if (present.kind === 'absent') return unavailable('the scene is locked and has no picture.');
      const { verdict, sha256 } = present.facts;
      if (verdict.kind !== 'whole') return unavailable('its file is not a whole picture.');
      return requestFile(reference, { ...verdict, sha256 }, present.path);
    }
    case 'refused':
    case 'unusable':
      return unavailable(whyNotMade(shown.state.reason));
    case 'blocked':
      return unavailable('it has an error of its own. Correct that first.');
    default:
      return unreachable(shown.state);
  }
}

/** The references of a scene as its plan shows them. */
export function describeReferences(
  resolved: readonly ResolvedReference[],
  leftOut: readonly LeftOutReference[],
  outcomes: ReadonlyMap<ResolvedReference, ReferenceOutcome>,
): PlannedReference[] {
  return resolved.map((reference) => {
    const left = leftOut.find((one) => one.reference === reference);
    if (left !== undefined) return { reference, state: 'left-out', file: undefined, why: left.why };
    const outcome = outcomes.get(reference);
    if (outcome === undefined)
      return { reference, state: 'left-out', file: undefined, why: 'the scene is not planned' };
    switch (outcome.kind) {
      case 'file':
        return { reference, state: 'resolved', file: outcome.file, why: undefined };
      case 'waits':
        return { reference, state: 'to-be-made', file: undefined, why: `waits for ${outcome.on}` };
      case 'without':
        return { reference, state: 'left-out', file: undefined, why: 'the picture was adopted without it' };
      case 'error':
        return { reference, state: 'dangling', file: undefined, why: outcome.diagnostic.message };
      default:
        return unreachable(outcome);
    }
  });
}

/** A picture that is shown and was not made: only after a refusal is its prompt the cause. */
function whyNotMade(reason: string): string {
  if (noPictureOf(reason) === 'refused') return `the model refused it (${reason}). Change its prompt first.`;
  return `${describeNoPicture(reason)}. Have it made again first: chargen retry`;
}
