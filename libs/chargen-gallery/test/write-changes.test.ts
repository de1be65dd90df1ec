import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change } from '../src/protocol.js';
import { Changed, writeChanges, type Wanted } from '../dist/web/write-changes.js';

const [QUAY, MILL] = ['quay/imagery.yaml', 'mill/imagery.yaml'];

function wantedOf(scene: string, file: string): Wanted {
  const change: Change = { kind: 'retry', scene };
  return { change, proposal: { kind: 'proposed', file, digest: `of ${file}`, lines: [], notes: [] } };
}

const ALL = [wantedOf('one', QUAY), wantedOf('two', QUAY), wantedOf('three', MILL)];

/** Scenes whose change was written, in order. */
let applied: string[];
/** Answers of the server in place of the usual ones, by scene. */
let answers: Map<string, () => Response>;

beforeEach(() => {
  applied = [];
  answers = new Map();
  vi.stubGlobal('fetch', (url: string, { body }: { body: string }) => {
    const { change } = JSON.parse(body) as { change: { scene: string } };
    if (url.endsWith('propose')) {
      const file = ALL.find((one) => 'scene' in one.change && one.change.scene === change.scene)?.proposal
        .file;
      return Promise.resolve(Response.json({ kind: 'proposed', file, digest: 'now', lines: [], notes: [] }));
    }
    const answer = answers.get(change.scene);
    if (answer !== undefined) return Promise.resolve(answer());
    applied.push(change.scene);
    return Promise.resolve(Response.json({ kind: 'applied', file: '' }));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('several changes', () => {
  it('are each written once, however often "Write" is pressed after one of them has failed', async () => {
    answers.set('two', () => Response.json({ message: 'The disk is full.' }, { status: 500 }));
    const written: Wanted[] = [];
    for (let tries = 0; tries < 2; tries += 1) {
      await expect(writeChanges(ALL, written)).rejects.toThrow();
      expect(applied).toEqual(['one']);
    }
    answers.clear();
    await writeChanges(ALL, written);
    await writeChanges(ALL, written);
    expect(applied).toEqual(['one', 'two', 'three']);
    expect(written).toEqual(ALL);
  });

  it('stop at a file that says something else by now', async () => {
    answers.set('two', () => Response.json({ kind: 'conflict', message: 'It was changed meanwhile.' }));
    const written: Wanted[] = [];
    await expect(writeChanges(ALL, written)).rejects.toBeInstanceOf(Changed);
    expect(applied).toEqual(['one']);
    expect(written).toEqual(ALL.slice(0, 1));
  });
});
