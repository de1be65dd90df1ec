import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chargen } from './support/run.js';
import { Terminal } from './support/terminal.js';
import { addFiles, folderWith } from './support/world.js';

function scenes(view: string): string {
  return [1, 2, 3]
    .map((n) => {
      const prompt = `Oil painting, matte finish. ${view}`;
      return `  - { id: s${String(n)}, title: S, prompt: "${prompt}", negative_prompt: [anime, people] }\n`;
    })
    .join('');
}

const WORLD = {
  'characters/mara/imagery.yaml': `entity_type: character\nname: Mara\nscenes:\n${scenes('Mara rows.')}`,
  'locations/quay/imagery.yaml': `entity_type: location\nname: Quay\nscenes:\n${scenes('A quay.')}`,
};

const STYLE = `style: "Oil painting, matte finish."

# Never to be seen, in any picture; behind each, how many scenes say it.
negative_prompt:
  - "anime" # 6
`;

describe('chargen style suggest', { timeout: 60_000 }, () => {
  it('shows what it would write as a diff, and writes it only if asked to', async () => {
    const cwd = await folderWith(WORLD);
    const file = join(cwd, 'style.yaml');
    const shown = await chargen(['style', 'suggest'], { cwd });
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('--- /dev/null\n+++ style.yaml\n');
    expect(shown.stdout).toContain('+#   6 of 6: Oil painting\n+#   6 of 6: matte finish\n');
    expect(shown.stderr).toBe('Nothing was written. To write it: chargen style suggest --write\n');
    expect(existsSync(file)).toBe(false);

    const written = await chargen(['style', 'suggest', '--write'], { cwd });
    expect(written.code).toBe(0);
    expect(written.stdout).toBe(shown.stdout);
    const text = await readFile(file, 'utf8');
    expect(text.endsWith(STYLE)).toBe(true);
    const added = shown.stdout.split('\n').slice(2, -1);
    expect(added.map((line) => line.slice(1)).join('\n')).toBe(text.trimEnd());
    // What was written is a style guide that goes into prompts; the scenes of this world say all of it already.
    const prompt = await chargen(['prompt', 'mara/s1', '--json'], { cwd });
    expect((JSON.parse(prompt.stdout) as { leftOut: unknown }).leftOut).toContainEqual(
      expect.objectContaining({ text: 'Oil painting', source: 'style.yaml style' }),
    );
  });

  it('never changes a style guide that is there', async () => {
    const own = 'style: Ink wash. # mine\r\n';
    const cwd = await folderWith({ ...WORLD, 'style.yaml': own });
    const shown = await chargen(['style', 'suggest'], { cwd });
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('--- style.yaml\n+++ style.yaml\n');
    expect(shown.stderr).toContain('style.yaml is there already, and stays as it is.');
    const asked = await chargen(['style', 'suggest', '--write'], { cwd });
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('style.yaml is there already, and stays as it is.');
    expect(await readFile(join(cwd, 'style.yaml'), 'utf8')).toBe(own);
  });

  it('never changes one that is written while the question is open', async () => {
    const own = 'style: Ink wash.\n';
    const cwd = await folderWith(WORLD);
    const terminal = Terminal.start(['style', 'suggest'], { cwd });
    await terminal.sees('Write style.yaml?');
    await addFiles(cwd, { 'style.yaml': own });
    terminal.press('y');
    expect(await terminal.exitCode()).toBe(2);
    expect(terminal.text).toContain('style.yaml is there already, and stays as it is.');
    expect(await readFile(join(cwd, 'style.yaml'), 'utf8')).toBe(own);
  });

  it('says so if the prompts have no style in common', async () => {
    const cwd = await folderWith({
      'characters/mara/imagery.yaml':
        'entity_type: character\nname: Mara\nscenes:\n  - { id: a, title: A, prompt: Mara rows. }\n',
    });
    const none = await chargen(['style', 'suggest', '--write'], { cwd });
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect(none.stderr).toContain('have no words of style in common');
    expect(existsSync(join(cwd, 'style.yaml'))).toBe(false);
  });
});
