import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeReport } from '../src/index.js';
import { AnalysisWorld } from './support/analysis-world.js';

const CONTENT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'content');

it('the sample world is analyzed, and every prompt that shows one of its people then knows that person', () =>
  AnalysisWorld.with(async (world, emulator) => {
    await cp(CONTENT, world.path('content'), {
      recursive: true,
      filter: (source) => !/images\/preview|\.(?:analysis|recipe)\.json$/.test(source),
    });
    const { report } = await world.analyze();
    const references = report.totals.analyzed;
    expect(references).toBeGreaterThanOrEqual(5);
    expect(emulator.ledger.requests().filter((one) => one.route === 'batches.create')).toHaveLength(1);
    expect(describeReport(report)).toMatch(/Cost: \$0\.00/);
    expect(describeReport(report)).not.toContain('chargen gallery');
    const plans = await world.plans();
    const own = [...plans].filter(([name]) => name.startsWith('character/cidrella-vexweld/'));
    expect(own.length).toBeGreaterThan(3);
    for (const [, { text, sources }] of own) {
      expect(text).toContain('Canonical traits of Cidrella Vexweld: ');
      // Her palette and the world's style are the author's.
      expect(text).not.toContain('Colours of Cidrella');
      expect(sources).toContain(
        'traits: content/characters/cidrella-vexweld/imagery.yaml picture_analysis[portrait.png].traits',
      );
    }
    const generated = await world.generate({ only: ['maretta-quill'] });
    expect(generated.report.totals.generated).toBeGreaterThan(0);
    expect(describeReport(generated.report)).toContain(
      `Look at them: npx chargen gallery --run ${generated.report.runId ?? ''}`,
    );
    expect(generated.report.costUsd).toBeGreaterThan(0.05);
    expect((await world.analyze()).report.totals).toMatchObject({ done: references, analyzed: 0 });
  }));
