import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, paidAnswers, REAL_PLACES, type SceneContext } from '../src/index.js';
import { AnalysisWorld, drawn, FILES } from './support/analysis-world.js';

const PORTRAIT = 'character/ada/portrait';
const LOOM = 'character/ada/at-the-loom';
const ALONE = 'character/ada/alone';
const MEETING = 'chapter/strike/meeting';
const DAWN = 'location/mill/dawn';

/** Scenes whose key differs between two plans. */
function changedKeys(
  before: ReadonlyMap<string, { key: string | undefined }>,
  after: ReadonlyMap<string, { key: string | undefined }>,
): string[] {
  return [...after].flatMap(([name, { key }]) => (before.get(name)?.key === key ? [] : [name])).sort();
}

async function contextOf(world: AnalysisWorld): Promise<SceneContext> {
  const all = await world.load();
  return { workspaceRoot: world.root, settings: DEFAULT_SETTINGS, places: REAL_PLACES, world: all };
}

describe('an analysis', () => {
  it('is asked once, lies beside the picture and in imagery.yaml, and leaves the author’s bytes', () =>
    AnalysisWorld.with(async (world, emulator) => {
      const before = await world.read(FILES.ada);
      const { outcomes, report } = await world.analyze();
      expect(outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
      expect(report.costUsd).toBeGreaterThan(0);
      expect(report.totals.analyzed).toBe(1);
      const sidecar = await world.sidecar();
      expect(sidecar).toMatchObject({ kind: 'analyzed', picture: { path: 'images/portrait.png' } });
      const after = await world.read(FILES.ada);
      expect(after.startsWith(before)).toBe(true);
      expect(after).toContain('\npicture_analysis:\n  - picture: "images/portrait.png"\n');
      expect(after).not.toContain('nonce');
      expect((await world.load()).entities.flatMap((one) => one.diagnostics)).toEqual([]);

      const requests = emulator.ledger.requests().length;
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'done' });
      expect(await world.record('analyses')).toEqual(['unchanged', 'unchanged', 'unchanged']);
      expect(await world.read(FILES.ada)).toBe(after);
      expect(emulator.ledger.requests().length).toBe(requests);
      expect(emulator.ledger.billed()).toHaveLength(1);
      const paid = await paidAnswers(await contextOf(world), (await world.load()).entities);
      expect(paid).toMatchObject([{ kind: 'analysis', scene: PORTRAIT, costUsd: report.costUsd }]);
      // A teammate has only what lies in the folder.
      await rm(world.path('.chargen'), { recursive: true });
      expect(await paidAnswers(await contextOf(world), (await world.load()).entities)).toEqual(paid);
    }));

  it('enters the prompts of the scenes that use it, with its source, and changes no other key', () =>
    AnalysisWorld.with(async (world) => {
      const before = await world.plans();
      await world.analyze();
      const after = await world.plans();
      expect(changedKeys(before, after)).toEqual([MEETING, LOOM].sort());
      const loom = after.get(LOOM);
      expect(loom?.text).toContain('Canonical traits of Ada Loom: 0 of character/ada/portrait; 1 of');
      expect(loom?.text).toContain('Colours of Ada Loom: #446688');
      expect(loom?.text).toContain('Painted like the reference:');
      expect(loom?.sources).toContain(`traits: ${FILES.ada} picture_analysis[portrait.png].traits`);
      expect(loom?.sources).toContain(`traits: ${FILES.ada} picture_analysis[portrait.png].palette`);
      // A chapter is told what its people look like, and paints in its own colours.
      expect(after.get(MEETING)?.text).toContain('Canonical traits of Ada Loom:');
      expect(after.get(MEETING)?.text).not.toContain('Colours of Ada Loom');
      for (const name of [ALONE, DAWN]) expect(after.get(name)?.text).not.toContain('Canonical traits');
    }));

  it('of an object enters the prompts of the scenes that are sent its picture, and is nobody’s looks', () =>
    AnalysisWorld.with(async (world) => {
      const shuttle = '  - { id: shuttle, path: images/shuttle.png, role: object }\n# Ada';
      await world.edit(FILES.ada, '# Ada', shuttle);
      await world.write('content/characters/ada/images/shuttle.png', await drawn('#778899'));
      const scene =
        '  - { id: hands, title: Hands, prompt: Her shuttle., references: [{ path: images/shuttle.png }] }\n';
      await world.write(FILES.ada, `${await world.read(FILES.ada)}${scene}`);
      await world.analyze();
      const plans = await world.plans();
      const traits = 'Canonical traits of "shuttle", an object of Ada Loom: ';
      const told = [...plans].flatMap(([name, { text }]) => (text.includes(traits) ? [name] : []));
      expect(told).toEqual(['character/ada/hands']);
      expect([...plans.values()].some(({ text }) => text.includes('#778899'))).toBe(false);
    }));

  it('is turned off by the workspace, the entity or the scene, and the keys are then as before', () =>
    AnalysisWorld.with(async (world) => {
      const before = await world.plans();
      await world.analyze();
      expect(changedKeys(before, await world.plans({ useTraits: false }))).toEqual([]);
      await world.edit(FILES.ada, 'references:', 'analysis: { use_traits: false }\nreferences:');
      expect(changedKeys(before, await world.plans())).toEqual([]);
    }));

  it('gives way to a palette and a style that somebody wrote', () =>
    AnalysisWorld.with(async (world) => {
      await world.edit(FILES.ada, 'references:', 'palette: { dominant: [madder red] }\nreferences:');
      await world.write('content/style.yaml', 'style: Woodcut.\n');
      await world.analyze();
      const text = (await world.plans()).get(LOOM)?.text;
      expect(text).toContain('Palette: madder red.');
      expect(text).toContain('Canonical traits of Ada Loom');
      expect(text).not.toContain('Colours of Ada Loom');
      expect(text).not.toContain('Painted like');
    }));

  it('is asked again for a replaced picture, and just the scenes that use that are made again', () =>
    AnalysisWorld.with(async (world, emulator) => {
      await world.analyze();
      await world.generate();
      const { report } = await world.generate();
      expect(report.totals).toMatchObject({ done: 4, generated: 0 });
      const billed = emulator.ledger.billed().length;

      await world.write(FILES.portrait, await drawn('#aa3311'));
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'analyzed' });
      expect(await world.read(FILES.ada)).toContain('#aa3311');
      const { outcomes } = await world.generate();
      expect(outcomes).toEqual({
        [MEETING]: 'generated',
        [LOOM]: 'generated',
        [ALONE]: 'done',
        [DAWN]: 'done',
      });
      expect(emulator.ledger.billed().length).toBe(billed + 3);
    }));

  it('shares its upload with the pictures that lean on the same reference', () =>
    AnalysisWorld.with(async (world) => {
      await world.analyze();
      expect(world.uploads()).toBe(2);
      await world.generate({ only: ['ada'] });
      // Only the requests of the job: the portrait lay at Google already.
      expect(world.uploads()).toBe(3);
    }));

  it('is asked again where the author raises its take, and where the canonical appearance changed', () =>
    AnalysisWorld.with(async (world) => {
      const analyzed = { [PORTRAIT]: 'analyzed' };
      expect((await world.analyze()).outcomes).toEqual(analyzed);
      await world.edit(FILES.ada, 'role: portrait', 'role: portrait\n    take: 2');
      expect((await world.analyze()).outcomes).toEqual(analyzed);
      await world.edit(FILES.ada, 'white hair', 'red hair');
      expect((await world.analyze()).outcomes).toEqual(analyzed);
      await world.edit(FILES.ada, 'Ada throws the shuttle', 'Ada sleeps');
      expect((await world.analyze()).outcomes).toEqual({ [PORTRAIT]: 'done' });
    }));
});
