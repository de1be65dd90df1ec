import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { ENDS_BY_CTRL_C, fakeNx, unfinished } from './support/fake-nx.js';
import { chargen, chargenProcess, type Ran } from './support/run.js';
import { folderWith } from './support/world.js';

/** As Nx ends after Ctrl-C, which a terminal sends to chargen as well. */
const WORLD = fakeNx(ENDS_BY_CTRL_C);
const RUN = '2026-11-27T12-00-00Z-aaaaaa';

// Most tests run commands in their own process. Here each way to end is that of a real one, and says the same.
describe('a process of chargen', { timeout: 60_000 }, () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.close());

  it.each<[number, string, string, Record<string, string>?]>([
    [0, 'is done', 'plan --json'],
    [1, 'finds errors in the content', 'check'],
    [2, 'cannot understand its words', 'plna'],
    [3, 'finds that Google is at work', 'status', unfinished(RUN, 'generate')],
    [
      4,
      'would cost more than the cap',
      'now mara/alone --max-cost 0.01',
      { '.env': 'GEMINI_API_KEY=a-key\n' },
    ],
    [5, 'cannot read the state of a run', 'status', { [`.chargen/batch/${RUN}/state.json`]: '{' }],
    [6, 'has no key', 'now mara/alone'],
    [130, 'is stopped', 'batch resume', unfinished(RUN, 'analyze')],
  ])('ends with %i if it %s', async (code, _, line, files = {}) => {
    const [there, here] = await Promise.all(
      [chargenProcess, chargen].map(async (way): Promise<Ran> => {
        const cwd = await folderWith({ ...WORLD, ...files });
        const ran = await way(line.split(' '), {
          cwd,
          env: { GOOGLE_GEMINI_BASE_URL: service.emulator.url },
        });
        return { ...ran, stdout: ran.stdout.replaceAll(cwd, 'ROOT') };
      }),
    );
    expect(there?.code, JSON.stringify(there)).toBe(code);
    expect(here).toEqual(there);
  });

  it('shows its help, and no colours, if there is no terminal', async () => {
    const { code, stdout } = await chargenProcess([], { cwd: await folderWith({}) });
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: chargen');
    expect(stdout).not.toContain('\u001b');
  });
});
