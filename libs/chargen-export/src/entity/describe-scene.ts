import { requestText, type AltText, type PlannedScene, type WorldStyle } from 'chargen-core';
import type { ExportedScene } from '../manifest/schema.js';
import type { ExportOptions } from '../options.js';
import type { ProvenanceFields } from '../provenance/fields.js';
import type { Original } from './original.js';

/** All that is published of one picture. */
export interface Published {
  readonly planned: PlannedScene;
  readonly original: Original;
  readonly altText: AltText;
  readonly style: WorldStyle;
  readonly options: Pick<ExportOptions, 'include'>;
}

/** What the copies of a picture state about their origin. */
export function fieldsOf(published: Published): ProvenanceFields {
  const { planned, original, altText, style } = published;
  const made = madeByModel(original);
  return {
    title: planned.scene.title,
    alt: altText.alt,
    digitalSourceType: SOURCE_TYPES[original.source],
    model: made?.provenance.modelVersion ?? made?.provenance.model,
    madeAt: made?.provenance.finishedAt,
    creator: style.creator,
    credit: style.credit,
    prompt: promptOf(published),
  };
}

/** Of an adopted picture it is not known what made it, and of an author's own nothing is stated. */
const SOURCE_TYPES = {
  generated: 'trainedAlgorithmicMedia',
  edited: 'compositeWithTrainedAlgorithmicMedia',
  adopted: undefined,
  authored: undefined,
} as const satisfies Record<ExportedScene['source'], ProvenanceFields['digitalSourceType']>;

/** An entry of the manifest, without what only the copies show. */
export type DescribedScene = Omit<
  ExportedScene,
  'width' | 'height' | 'colour' | 'thumbhash' | 'files' | 'contentCredentials'
>;

export function describeScene(published: Published): DescribedScene {
  const { planned, original, altText, options } = published;
  const { entity, scene, name } = planned;
  const made = madeByModel(original);
  const prompt = promptOf(published);
  return {
    scene: name,
    entity: `${entity.type}/${entity.slug}`,
    id: scene.id,
    title: scene.title,
    ...altText,
    aspectRatio: scene.aspectRatio,
    tags: [...scene.tags],
    source: original.source,
    model: made?.provenance.modelVersion ?? made?.provenance.model ?? null,
    madeAt: made?.provenance.finishedAt ?? null,
    key: made?.key ?? null,
    ...(prompt === undefined ? {} : { prompt }),
    ...(options.include.includes('cost') ? { costUsd: made?.provenance.costUsd ?? null } : {}),
    ...(options.include.includes('path') ? { path: original.path } : {}),
  };
}

function madeByModel({ source, recipe }: Original): Original['recipe'] {
  return source === 'generated' || source === 'edited' ? recipe : undefined;
}

function promptOf({ original, options }: Published): string | undefined {
  const made = madeByModel(original);
  return made !== undefined && options.include.includes('prompt') ? requestText(made.request) : undefined;
}
