import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ContentReader, findImageryFiles, resolveReferences, type World } from '../src/content/index.js';
import { compilePrompt, selectReferences, WHYS } from '../src/prompt/index.js';
import { dialectTexts, entityOf, loadWorld } from './support/dialect-world.js';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const REVIEWED = join(import.meta.dirname, 'data', 'reviewed-prompts.md');
const STYLE = `
style: Gouache on rough paper, visible brush edges.
negative_prompt: [text, watermark]
moods: { kinetic: "Everything leans.", tense: "Held breath." }
`;

/** Scenes of every dialect, each with what a reader has to see in its prompt to call it right. */
const DIALECTS: readonly (readonly [id: string, scene: number, why: string])[] = [
  [
    'character/ossa-verrin',
    0,
    'The idea, its pose and its place come first; the portrait carries the face, and the words only the coat.',
  ],
  ['character/ossa-verrin', 1, 'Two people, one sentence for both pictures, and each one’s clothes apart.'],
  ['character/ossa-verrin', 2, 'The pose of the idea, and none of the appearance.'],
  [
    'location/saltmere-rise',
    0,
    'The author’s prompt whole, then what must be seen, which is said again on purpose, then its own light and colours; of the style only the rest.',
  ],
  [
    'location/saltmere-rise',
    1,
    'The coat that the state calls open is her usual one: the words say which, and the state how it is worn.',
  ],
  ['location/ferry-house', 0, 'The reason that the author gives for the portrait stands with it.'],
  ['location/ferry-house', 1, 'A room has its own words and none of the whole house.'],
  ['location/tally-hall', 0, 'An overview in the author’s words; the world’s style follows.'],
  [
    'location/tally-hall',
    1,
    'The reason for the portrait says who the clerk is here; a scene that says nothing of clothes keeps the usual ones.',
  ],
  ['location/gull-steps', 0, 'What the file avoids for all pictures is avoided once.'],
  ['location/gull-steps', 1, 'The zone’s own features are told, the site’s are not.'],
  ['location/reed-causeway', 0, 'An overview may be told what the whole site is known by.'],
  ['location/reed-causeway', 1, 'One hour, the scene’s; light of other hours is left out.'],
  ['location/drowned-quarry', 0, 'The site’s features, at the hour that the scene states.'],
  ['location/drowned-quarry', 2, 'A part of the site with its own light and colours alone.'],
  [
    'location/drowned-quarry',
    4,
    'A beat: who dives and who holds the rope, in the place of its zone; a diver wears no spectacles.',
  ],
  [
    'chapter/ch01.5-the-slack-chain',
    0,
    'The author’s prompt first; states by name; the change is named, and what is spoken is not.',
  ],
  ['chapter/ch01.5-the-slack-chain', 1, 'One name for each person, whatever the file calls them.'],
];
const CANONICAL: readonly (readonly [id: string, scene: string, why: string])[] = [
  [
    'character/cidrella-vexweld',
    'workshop-tinkering',
    'The portrait carries the face; goggles and apron are told, since the scene says nothing of clothes.',
  ],
  [
    'character/pell-underquay',
    'lamp-round',
    'The cap that the scene names is his usual one, so that cap, scarf and jacket are told; his grin and lantern are the scene’s alone.',
  ],
];

function text(world: World, id: string, scene: string | number, why: string): string {
  const entity = entityOf(world, id);
  const found =
    typeof scene === 'number' ? entity.scenes[scene] : entity.scenes.find((one) => one.id === scene);
  if (found === undefined) throw new Error(`There is no scene ${String(scene)} of ${id}.`);
  const usable = resolveReferences(world, entity, found).filter(
    (one) =>
      one.kind === 'scene' ||
      world.workspaceRoot !== REPOSITORY ||
      (one.kind === 'file' && one.paths.some((path) => existsSync(join(REPOSITORY, path)))),
  );
  const { sent } = selectReferences(usable, 14);
  const prompt = compilePrompt(world, entity, found, sent);
  const left = prompt.leftOut.map((one) => `- left out, ${WHYS[one.why]}: ${one.text.replace(/\s+/g, ' ')}`);
  return [`## ${id}/${found.id}`, '', why, '', '```text', prompt.text, '```', '', ...left]
    .join('\n')
    .trimEnd();
}

describe('twenty prompts that were read as a painter would read them', () => {
  it('are as they were reviewed, each with a line on why it is right', async () => {
    const dialects = loadWorld(dialectTexts(), STYLE);
    const files = await findImageryFiles(REPOSITORY, 'content');
    const sample = new ContentReader(REPOSITORY).load(files, 'content/style.yaml');
    const all = [
      ...DIALECTS.map(([id, scene, why]) => text(dialects, id, scene, why)),
      ...CANONICAL.map(([id, scene, why]) => text(sample, id, scene, why)),
    ];
    expect(all).toHaveLength(20);
    const page = `${all.join('\n\n')}\n`;
    // Written anew with CHARGEN_REVIEWED=write, to be read again before it is committed.
    if (process.env['CHARGEN_REVIEWED'] === 'write') writeFileSync(REVIEWED, page);
    expect(page).toBe(readFileSync(REVIEWED, 'utf8'));
  });
});
