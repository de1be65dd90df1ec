import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { smallWorld, PATHS } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { chargenProcess } from './support/run.js';
import { KEYS, Terminal } from './support/terminal.js';
import { inWorkspace, jsonOf, PLAIN_NX } from './support/workspace-run.js';
import { folderWith } from './support/world.js';

const { enter, down, tab, ctrlC } = KEYS;

describe('the menus in a terminal', { timeout: 120_000 }, () => {
  let workspace: TestWorkspace;
  let service: Service;
  let terminal: Terminal | undefined;

  // For each try of a test anew: what one that failed left behind must not decide the next.
  beforeEach(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    await workspace.installNx(PLAIN_NX);
    service.serve(workspace);
    await workspace.edit(PATHS.loner, 'A ring of iron keys on a nail.', 'A ring of iron keys. [[refuse]]');
  });

  afterEach(async () => {
    terminal?.kill();
    await terminal?.ended;
    terminal = undefined;
    await workspace.remove();
    await service.close();
  });

  function open(...args: string[]): Terminal {
    const environment = workspace.environment();
    const env = Object.fromEntries(
      Object.entries(environment).filter(([name]) => name !== 'CI' && !/COLOR/.test(name)),
    );
    terminal = Terminal.start(args, { cwd: workspace.root, env });
    return terminal;
  }

  it('lead from scope and search over plan and confirmation to the report and its failed items', async () => {
    const it = open();
    await it.sees('What would you like to do?');
    it.press(enter);
    await it.sees('Generate Images (Batch)');
    it.press(enter);
    await it.sees('Select scope');
    it.press(enter);
    await it.sees('Filter by slug');
    it.press('lock');
    await it.sees('1 match');
    it.press(tab);
    await it.sees('◼ lock-keeper');
    it.press(enter);
    await it.sees('Plan for 1 entity');
    await it.sees('1 request');
    await it.sees('Start the batch?');
    it.press('y');
    await it.sees('Batch running... 1 task');
    await it.sees('Batch Run Complete');
    await it.sees('View 1 failed item?');
    it.press(enter);
    await it.sees('refused by the model (IMAGE_SAFETY');
    await it.sees('View Batch History');
    it.press(down, down, down, down, enter);
    await it.sees('1 refused');
    it.press(enter);
    await it.sees('Log: ');
    await it.sees('Resume Interrupted Run');
    it.press(down, down, down, enter);
    await it.sees('No run is unfinished.');
    await it.sees('View Batch History');
    it.press(down, down, down, down, down, enter);
    await it.sees('What would you like to do?');
    it.press(KEYS.up, enter);
    await it.sees('Bye.');
    expect(await it.exitCode()).toBe(0);
    expect(it.isClean()).toBe(true);
    // The title of the window, and the bell.
    expect(it.raw).toContain('\u001b]0;chargen: 0 made\u0007\u0007');
  });

  it('never buy by Enter alone, however often it is pressed', async () => {
    const it = open();
    await it.sees('What would you like to do?');
    it.press(enter);
    await it.sees('Generate Images (Batch)');
    it.press(enter);
    await it.sees('Select scope');
    it.press(enter);
    await it.sees('Filter by slug');
    it.press(enter);
    await it.sees('Start the batch?');
    it.press(enter);
    await it.sees('View Batch History');
    it.press(ctrlC);
    expect(await it.exitCode()).toBe(130);
    expect(service.billed()).toHaveLength(0);
  });

  it('describe pictures by the same way', async () => {
    await workspace.installNx();
    const it = open();
    await it.sees('What would you like to do?');
    it.press(enter);
    await it.sees('Analyze Images (Batch)');
    it.press(down, enter);
    await it.sees('Select scope');
    it.press(enter);
    await it.sees('Filter by slug');
    // What was searched for and not marked is meant all the same, and not the whole scope.
    it.press('nobody');
    await it.sees('No matches');
    it.press(enter);
    await it.sees('No name has "nobody" in it.');
    it.press('ione');
    await it.sees('1 match');
    it.press(enter);
    await it.sees('1 items selected');
    await it.sees('of 1 entity to describe');
    await it.sees('Start the batch?');
    it.press('y');
    await it.sees('Pictures: 1 total');
    await it.sees('Batch operations');
    // Both in turn: nothing is left to describe, and pictures are asked about before they cost something.
    it.press(down, down, enter);
    await it.sees('Select scope');
    it.press(enter);
    await it.sees('Filter by slug');
    it.press(enter);
    // The described one comes from the cache of Nx: what was learned of it is no part of what people asked for.
    await it.sees('Pictures: 0 total');
    await it.sees(' pictures for about');
    it.press('n');
    await it.sees('Batch operations');
    it.press(ctrlC);
    expect(await it.exitCode()).toBe(130);
    expect(it.isClean()).toBe(true);
  });

  it('offer what can be done with one scene, leave a clean terminal on Ctrl-C and end as interrupted', async () => {
    const it = open();
    await it.sees('What would you like to do?');
    it.press(down, enter);
    await it.sees('Which scene?');
    it.press('nothing like it');
    await it.sees('No matches');
    it.press(enter);
    await it.sees('Nothing was found by that.');
    it.press('lamp');
    await it.sees('1 match');
    it.press(enter);
    await it.sees('Why is it pending?');
    it.press(enter);
    await it.sees('it was never made');
    await it.sees('What would you like to do?');
    it.press(ctrlC);
    expect(await it.exitCode()).toBe(130);
    expect(it.isClean()).toBe(true);
  });

  it('serve the gallery until Ctrl-C, show status, check, cost and doctor, and go on', async () => {
    const it = open();
    await it.sees('What would you like to do?');
    it.press(down, down, enter);
    await it.sees('Which gallery?');
    it.press(enter);
    await it.sees('http://127.0.0.1:');
    await it.sees('Ctrl-C ends it.');
    it.press(ctrlC);
    await it.sees('Closing');
    await it.sees('What would you like to do?');
    it.press(down, down, down, down, enter);
    await it.sees('6 scenes: ');
    await it.sees('What would you like to do?');
    it.press(down, down, down, down, down, enter);
    await it.sees('0 errors');
    await it.sees('What would you like to do?');
    it.press(down, down, down, down, down, down, enter);
    await it.sees('answers');
    await it.sees('What would you like to do?');
    it.press(down, down, down, down, down, down, down, enter);
    await it.sees('An API key is set');
    await it.sees('What would you like to do?');
    it.press(down, down, down, enter);
    await it.sees('To make: ');
    await it.sees('What would you like to do?');
    it.press(ctrlC);
    expect(await it.exitCode()).toBe(130);
    expect(it.isClean()).toBe(true);
  });

  it('tell of an unfinished run at the start, and resume it', async () => {
    await workspace.edit(PATHS.loner, ' [[refuse]]', '');
    const slow = await Service.start({ jobDuration: 600_000 });
    try {
      slow.serve(workspace, 'test-key-2');
      const stopped = await inWorkspace(workspace, [
        'batch',
        'generate',
        '--filter',
        'lock-keeper',
        '--wait',
        '0',
      ]);
      expect(stopped.stdout).toContain('Still running');
      const it = open();
      await it.sees('Unfinished: the run');
      await it.sees('Resume the interrupted batch?');
      slow.emulator.advanceClock(600_000);
      it.press('y');
      await it.sees('Batch Run Complete');
      await it.sees('What would you like to do?');
      it.press(enter);
      await it.sees('Generate Images (Batch)');
      it.press(down, down, down, down, enter);
      await it.sees('Batch history');
      await it.sees('generate');
      await it.sees('just now');
      it.press(ctrlC);
      expect(await it.exitCode()).toBe(130);
      // The colours of a plain line stood there as the signs that mark them.
      expect(it.text).toMatch(/Z-\w+ +generate[\s│]+completed[\s│]+1[\s│]+task/);
      expect(await workspace.bytes('content/characters/lock-keeper/images/keys.png')).not.toHaveLength(0);
    } finally {
      await slow.close();
    }
  });

  it('ask a direct command for a yes before it costs something, and take a no', async () => {
    const before = service.billed().length;
    const it = open('batch', 'generate', '--filter', 'ione');
    await it.sees('Make 2 pictures for about');
    it.press('n');
    expect(await it.exitCode()).toBe(0);
    expect(service.billed().length).toBe(before);
    expect(it.isClean()).toBe(true);
  });

  it('have No preselected above the stated amount, with the causes named before', async () => {
    await workspace.edit('nx.json', '"workspaceId"', '"askAbove": 0.05, "workspaceId"');
    const it = open('batch', 'generate', '--filter', 'ione');
    await it.sees('new: 2 scenes, $0.');
    await it.sees('Make 2 pictures for about');
    it.press(enter);
    expect(await it.exitCode()).toBe(0);
    expect(service.billed()).toHaveLength(0);
  });

  it('take Ctrl-C for an end, not for a no', async () => {
    const it = open('now', 'ione/lamp');
    await it.sees('at full price');
    await it.sees('Make it now?');
    it.press(ctrlC);
    expect(await it.exitCode()).toBe(130);
    expect(it.isClean()).toBe(true);
  });

  it('offer to begin a world where there is none', async () => {
    const empty = await folderWith({});
    const it = Terminal.start([], { cwd: empty });
    terminal = it;
    await it.sees('There is no story world in');
    await it.sees('Begin a story world here?');
    it.press('y');
    await it.sees('a first character with one scene');
    await it.sees('Do this?');
    it.press('n');
    expect(await it.exitCode()).toBe(0);
    expect(await readdir(empty)).toEqual([]);
  });

  it('let what is on its way be finished, whatever a second Ctrl-C says, and keep what was paid for', async () => {
    const slow = await Service.start({ jobDuration: 600_000 });
    try {
      slow.serve(workspace, 'test-key-3');
      // Long enough for both keys.
      slow.emulator.faults.arm({ fault: { kind: 'slow', ms: 3000 }, match: { route: 'batches.create' } });
      const it = open('batch', 'generate', '--filter', 'ione', '--yes');
      const created = (): boolean =>
        slow.emulator.ledger.requests().some(({ route }) => route === 'batches.create');
      await expect.poll(created).toBe(true);
      it.press(ctrlC);
      await it.sees('is let finish first; another Ctrl-C changes nothing.');
      it.press(ctrlC);
      await it.sees('Batch Run Not Finished');
      await it.sees('npx chargen batch resume');
      expect(await it.exitCode()).toBe(130);
      expect(it.text.split('is let finish first')).toHaveLength(2);
      expect(it.isClean()).toBe(true);
      // The job whose answer was on its way is known, so that the next run collects it.
      const { data } = await jsonOf<{ unfinished: { phase: string }[] }>(workspace, ['status']);
      expect(data.unfinished.map(({ phase }) => phase)).toEqual([
        expect.stringMatching(/^(submitted|running)$/),
      ]);
    } finally {
      await slow.close();
    }
  });

  it('print the report of a run also if Ctrl-C is pressed when its work is over', async () => {
    const env = { ...workspace.environment(), CHARGEN_NOTIFY: 'kill -INT $PPID; true' };
    const args = ['batch', 'generate', '--filter', 'ione', '--yes'];
    const { code, stdout } = await chargenProcess(args, { cwd: workspace.root, env });
    expect(stdout).toContain('Batch Run Complete');
    expect(code).toBe(130);
    expect(await readFile(workspace.path(PATHS.ione), 'utf8')).toContain('generated');
  });

  it('stop a run on Ctrl-C with its report, and a terminal that can be used', async () => {
    const slow = await Service.start({ jobDuration: 600_000 });
    try {
      slow.serve(workspace, 'test-key-2');
      const it = open('batch', 'generate', '--filter', 'ione', '--yes');
      await it.sees('Batch running... 2 tasks');
      it.press(ctrlC);
      await it.sees('is let finish first');
      await it.sees('Batch Run Not Finished');
      await it.sees('npx chargen batch resume');
      expect(await it.exitCode()).toBe(130);
      expect(it.isClean()).toBe(true);
    } finally {
      await slow.close();
    }
  });
});
