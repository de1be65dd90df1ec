import { COMMANDS } from '../tools/chargen-cli/src/cli/specs.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { commandsOf, flagsOf } from './support/docs-commands.js';
import { EXCEPTIONS, withoutPlaceholders } from './support/docs-exceptions.js';
import { inLanguage, readPages } from './support/docs-pages.js';
import { typeErrors } from './support/docs-typescript.js';
import { Service } from './support/service.js';
import { launch, run, TestWorkspace } from './support/workspace.js';

const fences = readPages().flatMap((page) => page.fences);

let workspace: TestWorkspace;
let service: Service;

beforeAll(async () => {
  workspace = await TestWorkspace.create({ sample: true });
  service = await Service.start();
  service.serve(workspace);
});

afterAll(async () => {
  await service.close();
  await workspace.remove();
});

describe('the blocks of TypeScript', () => {
  it('fit the types of the packages', { timeout: 60_000 }, async () => {
    const files: string[] = [];
    for (const { at, fence } of inLanguage(fences, 'ts', 'typescript', 'js', 'mjs')) {
      const path = `examples/${at.replace(/[^a-zA-Z0-9]+/g, '-')}.mts`;
      const expects = /\bexpect\(/.test(fence.text) && !fence.text.includes("from 'vitest'");
      const before = expects ? "import { expect } from 'vitest';\n" : '';
      await workspace.write(path, `${before}${fence.text}\nexport {};\n`);
      files.push(workspace.path(path));
    }
    expect(files.length).toBeGreaterThan(0);
    expect(typeErrors(files)).toEqual([]);
  });
});

describe('the commands', () => {
  // The examples of `--help`, which docs/commands.md shows, are run by the command's own tests (help.test.ts).
  const examples = new Set(COMMANDS.flatMap((spec) => spec.examples.map(({ line }) => line)));
  const commands = commandsOf(fences).filter(({ text }) => !examples.has(text));

  // In the order of the pages, in one world: the README's run makes the pictures that later commands ask about.
  it.each(commands)('$at: $text', { timeout: 90_000 }, async (command) => {
    const exception = EXCEPTIONS.find((one) => one.command.test(command.text));
    if (exception?.instead === 'help') {
      const own = command.program === 'chargen' || command.program === 'nx' ? command.args.slice(0, 1) : [];
      const help = await run(
        process.execPath,
        [command.script, ...own, '--help'],
        workspace.root,
        workspace.environment(),
      );
      expect(help.code, help.output).toBe(0);
      for (const flag of flagsOf(command.args)) expect(help.output).toContain(flag);
      return;
    }
    const rig = { workspace, service };
    await exception?.prepare?.(rig, command);
    const args = [...(await withoutPlaceholders(command.args, rig)), ...(exception?.with ?? [])];
    const env = { ...workspace.environment(), ...command.env };
    const { child, finished } = launch(process.execPath, [command.script, ...args], workspace.root, env);
    // A command that does not end is a fault of the page or of the table of exceptions; it must not outlive the test.
    onTestFinished(() => {
      if (child.exitCode === null) child.kill('SIGKILL');
    });
    const { code, output } = await finished;
    expect(code, output).toBe(0);
  });
});
