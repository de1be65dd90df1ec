import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  compilePrompt,
  ContentReader,
  findImageryFiles,
  lintPrompts,
  promptFigures,
  resolveReferences,
  selectReferences,
  type PromptFigures,
  type World,
} from 'chargen-core';
import { makeDialectWorld } from '../make/dialect-world.js';
import { median } from '../measure.js';
import { withFolder } from '../place.js';
import type { Benchmark, Measure, Scale } from '../report.js';

const COPIES: Readonly<Record<Scale, number>> = { smoke: 1, quick: 10, default: 60, large: 60 };
const MAX_REFERENCES = 14;

export const prompts: Benchmark = {
  name: 'prompts',
  title: 'Prompts',
  isCounted: true,
  about:
    'Figures, not time: what prompts say, over a made-up world of every dialect (1,740 scenes at default size) and, with ' +
    '`--corpus <folder>`, over a world of your own. The share is that of the words an author wrote for the scene, in ' +
    'prompts with more than 300 characters of them, without the terms to avoid. Poses are clauses of pose, props, light ' +
    'or expression that are told of a person from elsewhere; hours are those named outside of the author’s own words.',
  run: async (scale, corpus) => {
    const made = await withFolder(async (root) => {
      const files = await makeDialectWorld(root, COPIES[scale]);
      // Half of the people have a portrait: what no picture carries has to be said.
      const hasPicture = (path: string): boolean => /-\d*[02468]\//.test(path);
      return measured('made-up', new ContentReader(root).load(files, 'style.yaml'), hasPicture, true);
    });
    if (corpus === undefined) return made;
    const files = await findImageryFiles(corpus, '.');
    const world = new ContentReader(corpus).load(
      files,
      existsSync(join(corpus, 'style.yaml')) ? 'style.yaml' : undefined,
    );
    const hasStyle = world.style.style !== undefined;
    return [...made, ...measured('corpus', world, (path) => existsSync(join(corpus, path)), hasStyle)];
  },
};

function measured(
  name: string,
  world: World,
  hasPicture: (path: string) => boolean,
  hasStyle: boolean,
): Measure[] {
  const figures: PromptFigures[] = [];
  let lost = 0;
  for (const { entity } of world.entities) {
    for (const scene of entity?.scenes ?? []) {
      if (entity === undefined) continue;
      const usable = resolveReferences(world, entity, scene).filter(
        (one) => one.kind === 'scene' || (one.kind === 'file' && one.paths.some(hasPicture)),
      );
      const { sent } = selectReferences(usable, MAX_REFERENCES);
      const prompt = compilePrompt(world, entity, scene, sent);
      figures.push(promptFigures(scene, prompt));
      lost += prompt.leftOut.filter((one) => one.why === 'too-long' && one.section === 'subject').length;
    }
  }
  const shares = figures.filter(({ ownLength }) => ownLength > 300).map(({ share }) => share);
  const codes = lintPrompts(world).map(({ code }) => code);
  const sum = (of: (one: PromptFigures) => number): number => figures.reduce((all, one) => all + of(one), 0);
  const measure = (what: string, value: number, unit: string, aim?: Measure['aim']): Measure => ({
    what: `${name}: ${what}`,
    value,
    unit,
    aim,
  });
  return [
    measure('prompts', figures.length, 'count'),
    measure('length, median', median(figures.map(({ length }) => length)), 'characters'),
    ...(shares.length === 0
      ? []
      : [
          measure('words that are not the author’s, median', 1 - median(shares), 'ratio', { atMost: 0.5 }),
          measure(
            'the same, of the whole text with its terms to avoid',
            1 -
              median(
                figures
                  .filter(({ ownLength }) => ownLength > 300)
                  .map(({ ownLength, length }) => ownLength / length),
              ),
            'ratio',
            { atMost: 0.5 },
          ),
          measure('prompts with more than 300 characters of the author', shares.length, 'count'),
        ]),
    measure(
      'clauses of pose or setting of portraits',
      sum(({ poses }) => poses),
      'count',
      { exactly: 0 },
    ),
    measure('prompts with three hours or more', figures.filter(({ hours }) => hours >= 3).length, 'count', {
      exactly: 0,
    }),
    measure(
      'prompts without a style',
      figures.filter((one) => !one.hasStyle).length,
      'count',
      hasStyle ? { exactly: 0 } : undefined,
    ),
    measure('looks that the length limit cut', lost, 'count', { exactly: 0 }),
    measure(
      'contradictions that authors wrote, found by the linter',
      codes.filter((code) => /contradict|avoided/.test(code)).length,
      'count',
    ),
  ];
}
