import { describe, expect, it } from 'vitest';
import { describeEntity, ProgressLines, type EntityOutcome, type SceneOutcome } from '../src/index.js';

function pending(id: string, why: string): SceneOutcome {
  return {
    scene: `character/ione/${id}`,
    title: id,
    key: undefined,
    picture: undefined,
    outcome: { kind: 'pending', why, retryable: false },
  };
}

function entity(scenes: readonly SceneOutcome[]): EntityOutcome {
  return {
    root: 'content/characters/ione',
    file: 'content/characters/ione/imagery.yaml',
    id: 'character/ione',
    scenes,
    diagnostics: [],
    verdict: 'failed',
  };
}

describe('what a person reads while something is still to come', () => {
  it('tells a reason once for all scenes of an entity that share it', () => {
    const text = describeEntity(
      entity([pending('oar', 'no key'), pending('fog', 'no room'), pending('quay', 'no key')]),
    );
    expect(text).toBe('○ oar, quay  pending: no key\n○ fog  pending: no room\n');
  });

  it('says at the first look at a job, and once, that Ctrl-C is safe', () => {
    const lines: string[] = [];
    const progress = new ProgressLines((line) => lines.push(line));
    for (const state of ['pending', 'running'] as const) {
      progress.tell({
        kind: 'job-polled',
        runId: 'r',
        n: 1,
        job: 'batches/x',
        state,
        items: 3,
        succeeded: undefined,
        failed: undefined,
        ageMs: 1000,
        stalledMs: 0,
        nextPollMs: 30_000,
      });
    }
    expect(lines).toHaveLength(3);
    expect(lines.filter((line) => line.includes('Ctrl-C is safe'))).toEqual([lines[1]]);
  });
});
