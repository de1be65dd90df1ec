import { describe, expect, it } from 'vitest';
import { describeReport, PREVIEW_PLACES } from '../src/index.js';
import { AnalysisWorld, FILES } from './support/analysis-world.js';

const CHECKED = { settings: { canonCheck: true } } as const;
const SIDECARS = [
  'content/characters/ada/images/alone.analysis.json',
  'content/characters/ada/images/at-the-loom.analysis.json',
  'content/chapters/strike/images/meeting.analysis.json',
];

describe('the canon check after generation', () => {
  it('judges each picture that shows somebody, tells mismatches and costs, and makes nothing again', () =>
    AnalysisWorld.with(async (world, emulator) => {
      const { report } = await world.generate(CHECKED);
      expect(report.totals.generated).toBe(4);
      const judged = report.entities.flatMap((one) => one.scenes).filter((one) => one.canon !== undefined);
      // Nobody wrote what the mill looks like, so there is nothing to judge it by.
      expect(judged.map((one) => one.scene).sort()).toEqual([
        'chapter/strike/meeting',
        'character/ada/alone',
        'character/ada/at-the-loom',
      ]);
      for (const path of SIDECARS) expect(await world.files()).toContain(path);
      expect(report.canonCostUsd).toBeGreaterThan(0);
      const words = describeReport(report);
      expect(words).toContain('Canon check: $0.00');
      for (const { scene, canon } of judged) {
        expect(words.includes(`! ${scene} does not look as its canonical appearance states`)).toBe(
          canon?.matches === false,
        );
      }
      // The emulator finds every picture like its canon; what is said of one that is not is asked of a report itself.
      const entities = report.entities.map((one) => ({
        ...one,
        scenes: one.scenes.map((scene) =>
          scene.canon === undefined ? scene : { ...scene, canon: { ...scene.canon, matches: false } },
        ),
      }));
      expect(describeReport({ ...report, entities })).toContain(
        '! chapter/strike/meeting does not look as its canonical appearance states',
      );

      const billed = emulator.ledger.billed().length;
      const requests = emulator.ledger.requests().length;
      const again = await world.generate(CHECKED);
      expect(again.report.totals).toMatchObject({ done: 4, generated: 0 });
      expect(again.report.canonCostUsd).toBe(0);
      expect(
        again.report.entities.flatMap((one) => one.scenes.flatMap((scene) => scene.canon ?? [])),
      ).toHaveLength(3);
      expect(emulator.ledger.billed().length).toBe(billed);
      expect(emulator.ledger.requests().length).toBe(requests);
      // The findings are told to readers and never to a prompt.
      expect(await world.read(FILES.chapter)).toContain('alt_text:');
      expect(await world.read(FILES.chapter)).not.toContain('traits:');
    }));

  it('costs nothing where nobody asked for it, and is not the emulator’s in a preview', () =>
    AnalysisWorld.with(async (world) => {
      const { report } = await world.generate();
      expect(report.canonCostUsd).toBeUndefined();
      const preview = await world.generate({ ...CHECKED, places: PREVIEW_PLACES });
      expect(preview.report.canonCostUsd).toBeUndefined();
      expect((await world.files()).filter((path) => path.endsWith('.analysis.json'))).toEqual([]);
    }));

  it('leaves a picture as good as it is where it cannot be judged', () =>
    AnalysisWorld.with(async (world, emulator) => {
      emulator.faults.arm({
        fault: { kind: 'schema-garbage' },
        match: { model: 'gemini-3.5-*' },
        times: 'always',
      });
      const { report, events } = await world.generate(CHECKED);
      expect(report.totals.generated).toBe(4);
      expect(report.entities.every((one) => one.verdict === 'done')).toBe(true);
      expect(
        events.filter((one) => one.kind === 'warning' && one.message.includes('could not be judged')),
      ).toHaveLength(3);
    }));

  it('tells of a picture that it may not describe what can be done about that one', () =>
    AnalysisWorld.with(async (world, emulator) => {
      await world.generate();
      emulator.faults.arm({ fault: { kind: 'prompt-blocked', blockReason: 'SAFETY' }, times: 'always' });
      const { report } = await world.analyze({ settings: { analyzePictures: 'all' } });
      const advice = new Map(
        report.entities
          .flatMap((one) => one.scenes)
          .map(({ scene, outcome }) => [scene, outcome.kind === 'refused' ? outcome.advice : '']),
      );
      expect(advice.get('character/ada/portrait')).toContain('raise `take`');
      expect(advice.get('location/mill/dawn')).toContain('by hand');
      expect(advice.get('location/mill/dawn')).not.toContain('take');
    }));

  it('that is still to come keeps the entity from being done', () =>
    AnalysisWorld.with(async (world, emulator) => {
      await world.generate();
      const { report } = await world.generate({ ...CHECKED, control: { submit: false } });
      const verdicts = new Map(report.entities.map((one) => [one.id, one.verdict]));
      expect(verdicts.get('character/ada')).toBe('unfinished');
      expect(verdicts.get('location/mill')).toBe('done');
      expect(report).toMatchObject({ stop: { kind: 'not-submitting' }, canonOpen: 3 });
      expect(describeReport(report)).toContain('3 pictures still to be judged');
      const last = await world.generate(CHECKED);
      expect(last.report.entities.every((one) => one.verdict === 'done')).toBe(true);
      expect(last.report.canonOpen).toBe(0);
      expect(emulator.ledger.billed()).toHaveLength(7);
    }));

  it('keeps an entity from being done also where pictures of another one stopped the run', () =>
    AnalysisWorld.with(async (world) => {
      await world.generate({ only: ['ada'] });
      await world.edit(FILES.mill, 'A mill at dawn.', 'A mill in the morning.');
      const { report } = await world.generate({ ...CHECKED, control: { submit: false } });
      const verdicts = new Map(report.entities.map((one) => [one.id, one.verdict]));
      // Nx would take it from its cache from then on, and nobody would ever judge its pictures.
      expect(verdicts.get('character/ada')).toBe('unfinished');
      const judged = await world.generate(CHECKED);
      expect(judged.report.entities.every((one) => one.verdict === 'done')).toBe(true);
      await world.edit(FILES.mill, 'in the morning', 'at noon');
      const again = await world.generate({ ...CHECKED, control: { submit: false } });
      const ada = again.report.entities.find((one) => one.id === 'character/ada');
      expect(ada?.verdict).toBe('done');
      expect(ada?.scenes.every(({ canon }) => canon !== undefined)).toBe(true);
    }));

  it('keeps to what the pictures left of the cap', () =>
    AnalysisWorld.with(async (world, emulator) => {
      await world.generate();
      const all = emulator.ledger.billed().length;
      await world.edit(FILES.ada, 'Ada throws the shuttle.', 'Ada throws a red shuttle.');
      await world.edit(FILES.ada, 'An empty loom in the dark.', 'An empty loom at dusk.');
      const maxCost = (await world.generate({ control: { submit: false } })).report.estimate.high;
      // Drafts are billed as whole pictures: nothing is left of what was estimated.
      emulator.faults.arm({ fault: { kind: 'drafts', count: 1 }, times: 'always' });
      const { report } = await world.generate({ ...CHECKED, control: { maxCost } });
      expect(report.totals.generated).toBe(2);
      expect(report).toMatchObject({ stop: { kind: 'over-budget' }, canonOpen: 3 });
      expect(emulator.ledger.billed().length).toBe(all + 2);
    }));

  it('says so where the schema of the workspace does not ask for it, and pays for nothing', () =>
    AnalysisWorld.with(async (world, emulator) => {
      const own = { type: 'object', properties: { alt_text: { type: 'string' } }, required: ['alt_text'] };
      await world.write('content/schema.json', JSON.stringify(own));
      const settings = {
        canonCheck: true,
        analysisSchema: 'content/schema.json',
        analysisSchemaMode: 'replace',
      } as const;
      const { report, events } = await world.generate({ settings });
      expect(report.entities.every((one) => one.verdict === 'done')).toBe(true);
      expect(emulator.ledger.billed()).toHaveLength(4);
      expect(events).toContainEqual({
        kind: 'warning',
        message: expect.stringContaining('"canon"') as string,
      });
    }));
});
