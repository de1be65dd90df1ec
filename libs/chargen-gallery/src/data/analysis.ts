import { join } from 'node:path';
import { readAnalysisFile, typeAnswer, type PictureAnalysis } from 'chargen-core';
import type { AnalysisView, CanonView, Fact } from '../model.js';

/** What analysis found in a picture, ready to be shown. */
export interface ShownAnalysis {
  readonly view: AnalysisView;
  readonly canon: CanonView | undefined;
  readonly tags: readonly string[];
}

/**
 * Reads an analysis that is beside a picture. One of an earlier picture (its sha256 differs) says nothing about
 * this one and is left out, and so is a file that cannot be read.
 */
export async function readAnalysis(
  workspaceRoot: string,
  path: string,
  sha256: string | undefined,
): Promise<ShownAnalysis | undefined> {
  const read = await readAnalysisFile(join(workspaceRoot, path));
  if (read.kind !== 'present' || (sha256 !== undefined && read.value.picture.sha256 !== sha256))
    return undefined;
  const file = read.value;
  if (file.kind === 'refused') {
    const refused = [`${file.reason}${file.message === '' ? '' : `: ${file.message}`}`, file.advice].join(
      '. ',
    );
    return { view: { ...EMPTY, refused }, canon: undefined, tags: [] };
  }
  const analysis = typeAnswer(file.analysis);
  const { canon } = analysis;
  return {
    view: {
      title: analysis.title ?? '',
      description: analysis.description ?? '',
      altText: analysis.alt_text ?? '',
      facts: factsOf(analysis),
      refused: '',
    },
    canon:
      canon === undefined
        ? undefined
        : {
            matches: canon.matches,
            confidence: canon.confidence,
            verified: canon.verified_features,
            contradictions: canon.contradictions,
          },
    tags: analysis.tags ?? [],
  };
}

const EMPTY: AnalysisView = { title: '', description: '', altText: '', facts: [], refused: '' };

function factsOf(analysis: PictureAnalysis): Fact[] {
  const { lighting, palette } = analysis;
  const facts: (readonly [string, string | undefined])[] = [
    ['Archetype', analysis.archetype],
    ['Traits', analysis.traits?.join('; ')],
    ['Attire', analysis.attire?.join('; ')],
    ['Palette', palette === undefined ? undefined : [...palette.dominant, ...palette.accent].join(', ')],
    ['Mood', analysis.mood],
    ['Style', analysis.style],
    ['Light', lighting === undefined ? undefined : Object.values(lighting).join('; ')],
    ['Composition', analysis.composition],
    ['Tags', analysis.tags?.join(', ')],
    ['Kind', [analysis.image_type, analysis.image_subtype].filter((one) => one !== undefined).join(', ')],
    ...Object.entries(analysis.more).map(
      ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  );
}
