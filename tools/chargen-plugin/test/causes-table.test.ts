import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCESS_CAUSES, EXIT_OF_STOP, kindOfCause, stopOfError } from 'chargen-core';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../../test/support/workspace.js';
import { exitOfCi, type ReportedEnd } from '../src/ci/exit-of-ci.js';

interface Row {
  readonly kind: string;
  readonly atGoogle: string;
  readonly nxSees: string;
  readonly chargen: number;
  readonly ci: number;
}

async function rows(): Promise<Row[]> {
  const text = await readFile(join(REPOSITORY, 'docs', 'troubleshooting.md'), 'utf8');
  const [, after = ''] = text.split('## A cause outside');
  const [section = ''] = after.split(/^##+ /m);
  return [...section.matchAll(/^\| `([a-z-]+)` .*$/gm)].map(([line, kind = '']) => {
    const [, , , atGoogle = '', nxSees = '', , chargen = '', ci = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    return { kind, atGoogle, nxSees, chargen: Number(chargen), ci: Number(ci) };
  });
}

function report(kind: string, jobs: number | undefined, verdict: 'unfinished' | 'failed'): ReportedEnd {
  return {
    stop: { kind, jobs },
    entities: [{ verdict }],
  };
}

describe('the table of causes outside in docs/troubleshooting.md', () => {
  it('has every kind of stop that there is, and no other', async () => {
    expect(new Set((await rows()).map(({ kind }) => kind))).toEqual(new Set(Object.keys(EXIT_OF_STOP)));
  });

  it('says what chargen and chargen-ci end with', async () => {
    for (const row of await rows()) {
      expect({ kind: row.kind, exit: row.chargen }).toEqual({
        kind: row.kind,
        exit: Object.entries(EXIT_OF_STOP).find(([kind]) => kind === row.kind)?.[1],
      });
      const jobs = row.atGoogle === 'nothing' ? 0 : undefined;
      expect({ ...row, ci: exitOfCi(130, report(row.kind, jobs, 'unfinished'), true) }).toEqual(row);
      expect(row.nxSees).toBe('skipped');
    }
  });

  it('holds for a step that only collects, and for a run in which something failed', () => {
    expect(exitOfCi(130, report('not-submitting', undefined, 'unfinished'), false)).toBe(0);
    for (const kind of Object.keys(EXIT_OF_STOP)) {
      expect(exitOfCi(130, report(kind, 3, 'failed'), true)).toBe(1);
    }
  });

  it('has 1 for a run that left no report', () => {
    expect(exitOfCi(1, undefined, true)).toBe(1);
    expect(exitOfCi(0, undefined, true)).toBe(0);
  });
});

describe('the table of what Google says about a key or its project', () => {
  it('has every cause that is told apart, with the kind of stop that it makes', async () => {
    const text = await readFile(join(REPOSITORY, 'docs', 'troubleshooting.md'), 'utf8');
    const [, after = ''] = text.split('### What Google says about a key or its project');
    const [section = ''] = after.split(/^## /m);
    const shown = [...section.matchAll(/^\| `([a-z-]+)` *\| `([a-z-]+)`/gm)].map(([, cause, kind]) => [
      cause,
      kind,
    ]);
    const known = ACCESS_CAUSES.map((cause) => {
      const info = { kind: kindOfCause(cause), status: 403, message: 'No.', retryAfter: undefined, cause };
      return [cause, stopOfError(info).kind];
    });
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(known));
    expect(shown).toHaveLength(known.length);
  });
});
