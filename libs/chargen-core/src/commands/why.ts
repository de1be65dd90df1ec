import { join } from 'node:path';
import type { Entity, Scene } from '../content/index.js';
import { scenePaths, sceneRequest, type PlannedScene } from '../plan/index.js';
import {
  readRecipe,
  readRefusal,
  requestText,
  type CanonicalRequest,
  type Recipe,
  type Refusal,
} from '../recipe/index.js';
import { planScene, type PlannedOne, type SceneContext } from '../pipeline/plan-scene.js';
import { wordDiff, type DiffPart } from './word-diff.js';

/** One part of a request that is not as it was when the present picture was made. */
export type Change =
  | { readonly kind: 'prompt'; readonly diff: readonly DiffPart[] }
  | {
      readonly kind: 'setting';
      readonly setting: 'model' | 'aspect ratio' | 'image size' | 'take' | 'temperature' | 'safety settings';
      readonly before: string;
      readonly now: string;
    }
  | {
      readonly kind: 'reference';
      readonly change: 'added' | 'removed' | 'replaced' | 'moved';
      readonly name: string;
      readonly role: string;
    };

export interface Explanation extends PlannedOne {
  /** What the present picture, or the refusal, was made from. */
  readonly against: 'recipe' | 'refusal' | undefined;
  readonly madeAt: string | undefined;
  readonly run: string | undefined;
  /** The key then; the one of now is in the item. */
  readonly keyBefore: string | undefined;
  readonly changes: readonly Change[];
}

/** What makes a scene what it is: the request of now against the one that made its present picture. */
export async function explainScene(
  context: SceneContext,
  entity: Entity,
  scene: Scene,
): Promise<Explanation> {
  const one = await planScene(context, entity, scene);
  const paths = scenePaths(entity, scene, context.places);
  const recipe = await readRecipe(join(context.workspaceRoot, paths.recipe));
  if (recipe.kind === 'present') return { ...one, ...compare('recipe', recipe.value, one.planned) };
  const refusal = await readRefusal(join(context.workspaceRoot, paths.refusal));
  if (refusal.kind === 'present') return { ...one, ...compare('refusal', refusal.value, one.planned) };
  return { ...one, against: undefined, madeAt: undefined, run: undefined, keyBefore: undefined, changes: [] };
}

function compare(
  against: 'recipe' | 'refusal',
  before: Recipe | Refusal,
  planned: PlannedScene,
): Omit<Explanation, keyof PlannedOne> {
  return {
    against,
    madeAt: before.provenance.finishedAt,
    run: before.provenance.run,
    keyBefore: before.key,
    changes: changesSince(before, planned),
  };
}

/** What differs between a request that was made and the one that would be made now. */
function changesSince(
  before: Pick<Recipe, 'request' | 'references' | 'key'>,
  planned: PlannedScene,
): readonly Change[] {
  const { scene, model, prompt } = planned;
  // A scene that waits has no request yet: what can be known of it is compared.
  const now = planned.request ?? sceneRequest(scene, model, prompt.text, []);
  if (planned.key === before.key) return [];
  return [
    ...settingChanges(before.request, now),
    ...promptChange(before.request, now),
    ...referenceChanges(before, planned),
  ];
}

function settingChanges(before: CanonicalRequest, now: CanonicalRequest): Change[] {
  const settings = (request: CanonicalRequest) =>
    [
      ['model', request.model],
      ['aspect ratio', request.request.generationConfig.imageConfig?.aspectRatio ?? 'none'],
      ['image size', request.request.generationConfig.imageConfig?.imageSize ?? 'none'],
      ['take', String(request.take)],
      ['temperature', String(request.request.generationConfig.temperature ?? 'not stated')],
      [
        'safety settings',
        (request.request.safetySettings ?? [])
          .map(({ category, threshold }) => `${category}=${threshold}`)
          .join(', ') || 'not stated',
      ],
    ] as const;
  const old = new Map<string, string>(settings(before));
  return settings(now).flatMap(([setting, value]) => {
    const was = old.get(setting) ?? '';
    return was === value ? [] : [{ kind: 'setting' as const, setting, before: was, now: value }];
  });
}

function promptChange(before: CanonicalRequest, now: CanonicalRequest): Change[] {
  const old = requestText(before);
  const text = requestText(now);
  return old === text ? [] : [{ kind: 'prompt', diff: wordDiff(old, text) }];
}

function referenceChanges(before: Pick<Recipe, 'references'>, planned: PlannedScene): Change[] {
  const changeOf = (
    change: Extract<Change, { kind: 'reference' }>['change'],
    name: string,
    role: string,
  ): Change => ({
    kind: 'reference',
    change,
    name,
    role,
  });
  const now = planned.references
    .filter((one) => one.state === 'resolved' || one.state === 'to-be-made')
    .map(({ reference, file }) => ({ name: reference.name, role: reference.role, sha256: file?.sha256 }));
  const old = before.references;
  const changes: Change[] = [];
  for (const one of old) {
    if (!now.some((other) => other.name === one.name || other.sha256 === one.sha256)) {
      changes.push(changeOf('removed', one.name, one.role));
    }
  }
  for (const one of now) {
    const was = old.find((other) => other.name === one.name);
    if (was === undefined && !old.some((other) => other.sha256 === one.sha256)) {
      changes.push(changeOf('added', one.name, one.role));
    } else if (was !== undefined && was.sha256 !== one.sha256) {
      changes.push(changeOf('replaced', one.name, one.role));
    }
  }
  if (changes.length > 0 || planned.request === undefined) return changes;
  // The same pictures in another order are another request: "Image 1" is then another one.
  const sent = planned.files;
  return sent.flatMap((file, index) =>
    old[index] !== undefined && old[index].sha256 !== file.sha256
      ? [changeOf('moved', file.name, file.role)]
      : [],
  );
}
