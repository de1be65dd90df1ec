import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PictureMaker } from './picture.js';
import { pick, seededRandom } from './random.js';

export interface WorldSize {
  readonly entities: number;
  readonly scenes: number;
  /** Authored pictures; each belongs to an entity. */
  readonly files: number;
  /** How often a scene names an authored picture. */
  readonly fileUses: number;
  /** How often a scene names another entity's scene, whose picture must then be made first. */
  readonly sceneUses: number;
  readonly seed: number;
  /**
   * `chain`: each scene shows the one before it in its entity. `ring`: each entity's scene shows a scene of the next
   * entity, so that all of them form one circle, though no scene needs itself.
   */
  readonly shape?: 'chain' | 'ring';
}

export interface MadeWorld {
  /** Paths of the imagery.yaml files, relative to the root. */
  readonly imagery: readonly string[];
  readonly pictures: readonly string[];
  readonly scenes: number;
  readonly bytes: number;
}

type Type = 'character' | 'location' | 'chapter';

interface Plan {
  readonly type: Type;
  readonly slug: string;
  readonly folder: string;
  readonly hasPicture: boolean;
  readonly scenes: { readonly id: string; readonly references: string[] }[];
}

const WORDS = (
  'a the of under over beside old grey amber low tall narrow lamp rope stair tide bell slate copper rain fog ' +
  'river bridge market glass hand coat ledger wheel salt ember window crowd gull winter evening quiet broken ' +
  'carries lifts turns waits leans counts mends watches listens opens hides remembers'
).split(' ');

/** Writes a story world into a folder. The same size gives the same bytes, whatever the machine. */
export async function makeWorld(root: string, size: WorldSize): Promise<MadeWorld> {
  const random = seededRandom(size.seed);
  const plans = planEntities(size);
  placeFileUses(plans, size, random);
  placeSceneUses(plans, size, random);
  if (size.shape !== undefined) placeShape(plans, size.shape);
  const imagery: string[] = [];
  const pictures: string[] = [];
  const maker = new PictureMaker(512, 640, size.seed);
  let bytes = 0;
  const write = async (path: string, data: string | Buffer): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), data);
    bytes += data.length;
  };
  for (const [index, plan] of plans.entries()) {
    const file = `${plan.folder}/imagery.yaml`;
    imagery.push(file);
    await write(file, entityText(plan, index, random));
    if (!plan.hasPicture) continue;
    const picture = `${plan.folder}/images/portrait.png`;
    pictures.push(picture);
    await write(picture, maker.make(index));
  }
  await write('content/style.yaml', 'style: Ink and watercolour on rough paper, with visible brush edges.\n');
  const scenes = plans.reduce((total, plan) => total + plan.scenes.length, 0);
  return { imagery, pictures, scenes, bytes };
}

function planEntities(size: WorldSize): Plan[] {
  const plans: Plan[] = [];
  for (let index = 0; index < size.entities; index += 1) {
    // Of ten entities six are characters, two locations and two chapters.
    const type: Type = index % 5 === 3 ? 'location' : index % 5 === 4 ? 'chapter' : 'character';
    const slug = `${type}-${String(index).padStart(5, '0')}`;
    const from = Math.floor((index * size.scenes) / size.entities);
    const to = Math.floor(((index + 1) * size.scenes) / size.entities);
    plans.push({
      type,
      slug,
      folder: `content/${type}s/${slug}`,
      hasPicture: false,
      scenes: Array.from({ length: to - from }, (_, n) => ({ id: `scene-${String(n)}`, references: [] })),
    });
  }
  let left = size.files;
  const withPictures = plans.map((plan) => {
    const hasPicture = left > 0 && plan.type !== 'chapter';
    if (hasPicture) left -= 1;
    return { ...plan, hasPicture };
  });
  if (left > 0) throw new RangeError('There are more pictures than entities that can have one.');
  return withPictures;
}

function placeFileUses(plans: readonly Plan[], size: WorldSize, random: () => number): void {
  const owners = plans.filter((plan) => plan.hasPicture);
  const scenes = plans.flatMap((plan) => plan.scenes.map((scene) => ({ plan, scene })));
  for (let placed = 0; placed < size.fileUses;) {
    // Each picture is used once before any is used twice.
    const owner = owners[placed] ?? pick(random, owners);
    const { plan, scene } = pick(random, scenes);
    const line =
      plan === owner
        ? '{ path: images/portrait.png }'
        : `{ ${owner.type}: ${owner.slug}, reference: portrait }`;
    if (scene.references.length >= 4 || scene.references.includes(line)) continue;
    scene.references.push(line);
    placed += 1;
  }
}

function placeSceneUses(plans: readonly Plan[], size: WorldSize, random: () => number): void {
  const shown = plans.filter((plan) => plan.type !== 'chapter' && plan.scenes.length > 0);
  const showing = plans.filter((plan) => plan.type === 'chapter').flatMap((plan) => plan.scenes);
  for (let placed = 0; placed < size.sceneUses;) {
    const target = pick(random, shown);
    const scene = pick(random, showing);
    const line = `{ ${target.type}: ${target.slug}, scene: scene-0 }`;
    if (scene.references.length >= 6 || scene.references.includes(line)) continue;
    scene.references.push(line);
    placed += 1;
  }
}

function placeShape(plans: readonly Plan[], shape: 'chain' | 'ring'): void {
  for (const [index, plan] of plans.entries()) {
    const next = plans[(index + 1) % plans.length];
    for (const [n, scene] of plan.scenes.entries()) {
      if (shape === 'chain' && n > 0) scene.references.push(`{ scene: scene-${String(n - 1)} }`);
      if (shape === 'ring' && n === 0 && next !== undefined) {
        scene.references.push(`{ ${next.type}: ${next.slug}, scene: scene-1 }`);
      }
    }
  }
}

function entityText(plan: Plan, index: number, random: () => number): string {
  const words = (count: number): string => Array.from({ length: count }, () => pick(random, WORDS)).join(' ');
  const lines = [
    `# ${words(8)}`,
    `entity_type: ${plan.type}`,
    `name: ${plan.type} ${String(index)}`,
    `appearance: >`,
    `  ${words(40)}.`,
    `tags: [${pick(random, WORDS)}, made]`,
  ];
  if (plan.hasPicture) {
    lines.push('references:', '  - { id: portrait, path: images/portrait.png, role: portrait }');
  }
  if (plan.scenes.length > 0) lines.push('scenes:');
  for (const scene of plan.scenes) {
    lines.push(
      `  - id: ${scene.id}`,
      `    title: ${words(3)}`,
      '    prompt: >',
      `      ${scene.id} of ${plan.slug}: ${words(40)}`,
      `      ${words(40)}.`,
      `    aspect_ratio: "${pick(random, ['16:9', '3:4', '1:1'])}"`,
      '    negative_prompt: text, watermark',
    );
    if (scene.references.length === 0) continue;
    lines.push('    references:', ...scene.references.map((line) => `      - ${line}`));
  }
  return `${lines.join('\n')}\n`;
}
