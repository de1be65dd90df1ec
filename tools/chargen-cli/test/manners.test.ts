import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  box,
  DEFAULT_SETTINGS,
  NO_COST,
  progressLine,
  taskSettings,
  withInterruption,
  type PlannedItem,
} from 'chargen-core';
import { resolveOptions } from 'chargen-plugin/options';
import { streamIo } from '../src/cli/io.js';
import { fitted } from '../src/menu/ask.js';
import { verbsFor } from '../src/menu/scene-menu.js';
import { wrapText, wrapWords } from '../src/output/wrap-words.js';
import { isLarge } from '../src/run/agree.js';
import { interruptible } from '../src/run/interruptible.js';
import { fakeNx } from './support/fake-nx.js';
import { chargen } from './support/run.js';
import { folderWith } from './support/world.js';

const world = { entities: [] };

describe("a scene's menu", () => {
  it.each<[PlannedItem['state'], string[]]>([
    ['done', ['why', 'prompt', 'reroll', 'lock']],
    ['pending', ['why', 'prompt', 'now', 'lock']],
    ['in-flight', ['why', 'prompt', 'collect']],
    ['waits', ['why', 'prompt', 'lock']],
    ['edited', ['why', 'keep', 'discard']],
    ['refused', ['why', 'prompt', 'retry', 'reroll', 'lock']],
  ])('offers what fits a scene that is %s, and nothing that costs first', (state, verbs) => {
    expect(verbsFor(state, false).map(({ value }) => value)).toEqual(verbs);
  });

  it('offers to unlock what is locked', () => {
    expect(verbsFor('locked', true).map(({ value }) => value)).toContain('unlock');
  });
});

describe('lines', () => {
  it('are broken between words, and hold at 60 columns', () => {
    const line = '  Time: within 24 hours by what Google states, mostly much sooner, but nobody knows';
    const parts = wrapWords(line, 56);
    expect(parts.every((part) => part.length <= 56)).toBe(true);
    expect(parts.join(' ').replace(/ +/g, ' ')).toBe(line.replace(/ +/g, ' '));
    expect(wrapWords('short', 56)).toEqual(['short']);
  });

  it('leave a command whole, on a line of its own that may be longer than the terminal', () => {
    const scene = 'character/ione-marsh/at-the-oar';
    expect(wrapWords(`It was edited: chargen keep ${scene}, or chargen discard ${scene}`, 36)).toEqual([
      'It was edited:',
      `    chargen keep ${scene}`,
      '    or',
      `    chargen discard ${scene}`,
    ]);
    expect(
      wrapWords('  Stopped. To go on: npx chargen init. To take it all back: npx chargen init --undo', 40),
    ).toEqual([
      '  Stopped. To go on: npx chargen init.',
      '      To take it all back:',
      '      npx chargen init --undo',
    ]);
    // The name of the tool in a sentence is no command.
    expect(wrapWords('Today chargen could not take this world as it is', 30)).toHaveLength(2);
    const commands = ['npm install', 'git lfs install', 'npx chargen batch resume', `chargen why ${scene}`];
    for (const command of commands) {
      for (let columns = 10; columns < 80; columns += 1) {
        const parts = wrapWords(`Something happened that is told here. Go on with: ${command}`, columns);
        expect(parts.filter((part) => part.includes(command))).toHaveLength(1);
      }
    }
  });

  it('of a box are as wide as the terminal, and only a command sticks out', () => {
    const command = 'chargen why character/ione-marsh/at-the-oar';
    expect(box(['Two lines.', `  ${command}`], 20)).toEqual([
      '┌────────────┐',
      '│ Two lines. │',
      `│   ${command}`,
      '└────────────┘',
    ]);
  });

  it('of messages are broken so in a terminal, and stay as they are elsewhere and if they are data', () => {
    const command = 'npx chargen batch resume 2026-11-29T14-04-35Z-91787b';
    const shown = (isTTY: boolean, text: string): string => {
      const stream = (): PassThrough & { isTTY: boolean; columns: number } =>
        Object.assign(new PassThrough(), { isTTY, columns: 40 });
      const [stdout, stderr] = [stream(), stream()];
      const io = streamIo({ stdin: {}, stdout, stderr }, { FORCE_COLOR: '1' });
      io.err(`${io.paint('red', 'chargen:')} ${text}`);
      expect(stripVTControlCharacters(io.fit(text))).toBe(isTTY ? wrapWords(text, 40).join('\n') : text);
      return stripVTControlCharacters(String(stderr.read()));
    };
    const message = `The job is still running at Google. Go on with: ${command}`;
    expect(shown(true, message)).toBe(
      `chargen: The job is still running at\n    Google. Go on with:\n    ${command}`,
    );
    expect(shown(false, message)).toBe(`chargen: ${message}`);
    expect(wrapText(`{"why":"It is as it was before, and long."}\n│ a ${message} │`, 40)).toBe(
      `{"why":"It is as it was before, and long."}\n│ a ${message} │`,
    );
  });

  it('of the menus hold at 60 columns too, and break no name', () => {
    const name = 'location/lantern-quay/establishing';
    const lines = fitted(`chapter/one/leaving: waits, it shows pictures that are to be made: ${name}.`, 60);
    expect(lines.split('\n').every((line) => line.length <= 56)).toBe(true);
    expect(lines).toContain(name);
  });

  it('name a failed item by its scene', () => {
    const item = `character/finn/rooftop@sha256:${'0'.repeat(64)}`;
    const failure = {
      key: '0'.repeat(64),
      item,
      class: 'transient' as const,
      message: 'The answer was cut off.',
      advice: '',
      attempts: 1,
    };
    expect(progressLine({ kind: 'item-failed', runId: 'r', failure })).toBe(
      'character/finn/rooftop: The answer was cut off.',
    );
  });
});

describe('a run that Nx served from its cache', () => {
  it('names the pictures that Nx laid', async () => {
    const laid = `mkdirSync('characters/mara/images', { recursive: true });
writeFileSync('characters/mara/images/alone.png', 'a picture');`;
    const root = await folderWith(fakeNx(laid));
    const { code, stdout } = await chargen(['batch', 'generate', '--yes'], { cwd: root });
    expect([code, stdout]).toEqual([
      0,
      'Nx took 1 picture from its cache; nothing was paid: character/mara/alone.\n',
    ]);
    const idle = await folderWith(fakeNx(''));
    const none = await chargen(['batch', 'generate', '--yes', '--json'], { cwd: idle });
    expect(JSON.parse(none.stdout)).toMatchObject({ fromCache: true, laidByNx: [] });
  });
});

describe('Ctrl-C', () => {
  it('says what is true of the work that it ended', async () => {
    const before = process.listeners('SIGINT');
    const work = interruptible(
      (signal) =>
        new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
      'Stopped. Nothing was sent.',
    );
    for (const listener of process.listeners('SIGINT')) if (!before.includes(listener)) listener('SIGINT');
    await expect(work).rejects.toThrow('Stopped. Nothing was sent.');
    expect(process.listeners('SIGINT')).toEqual(before);
  });

  it('is listened to until the work is done under Nx, which sends two signals', async () => {
    const before = process.listeners('SIGINT');
    await withInterruption(
      async (signal) => {
        const [listener] = process.listeners('SIGINT').filter((one) => !before.includes(one));
        listener?.('SIGINT');
        expect(signal.aborted).toBe(true);
        expect(process.listeners('SIGINT')).toContain(listener);
        return Promise.resolve();
      },
      { untilDone: true },
    );
    expect(process.listeners('SIGINT')).toEqual(before);
  });

  it('may be waited for by as many requests as there are, without a warning of Node', async () => {
    const warned: string[] = [];
    const onWarning = ({ name }: Error): void => void warned.push(name);
    process.on('warning', onWarning);
    await interruptible(async (signal) => {
      for (let n = 0; n < 40; n += 1) signal.addEventListener('abort', () => undefined);
      // Node emits a warning after what is going on.
      await setImmediate();
    });
    process.off('warning', onWarning);
    expect(warned).toEqual([]);
  });
});

describe('a large run', () => {
  const cost = (expected: number): typeof NO_COST => ({ ...NO_COST, expected });

  it('is one above the stated amount, which is $5 by default', () => {
    const options = resolveOptions({});
    expect(isLarge({ options, world }, 1, cost(4.99))).toBe(false);
    expect(isLarge({ options, world }, 1, cost(5.01))).toBe(true);
    expect(isLarge({ options: resolveOptions({ askAbove: 50 }), world }, 1, cost(5.01))).toBe(false);
    expect(isLarge({ options, world }, 1, { ...NO_COST, unknown: 1 })).toBe(true);
  });

  it('is one that makes more than a quarter of a world that is more than a beginning', () => {
    const options = resolveOptions({});
    const large = { entities: [{ entity: { scenes: Array.from({ length: 40 }) } }] };
    expect(isLarge({ options, world: large }, 10, cost(1))).toBe(false);
    expect(isLarge({ options, world: large }, 11, cost(1))).toBe(true);
    // The first pictures of a new world are all of it.
    expect(isLarge({ options, world }, 9, cost(1))).toBe(false);
  });

  it('has a cap of $25, unless the option says otherwise', () => {
    expect(resolveOptions({}).settings.maxCost).toBe(25);
    expect(DEFAULT_SETTINGS.maxCost).toBe(25);
    expect(resolveOptions({ maxCost: 3 }).settings.maxCost).toBe(3);
    expect(resolveOptions({ maxCost: 'unlimited' }).settings.maxCost).toBeUndefined();
  });

  it('is no option of a task, since it changes no picture', () => {
    const steering = { maxCost: 3, tier: 'tier2', maxItemsPerJob: 7, maxOpenJobs: 2 } as const;
    expect(taskSettings(resolveOptions(steering).settings)).toEqual(
      taskSettings(resolveOptions({}).settings),
    );
  });
});
