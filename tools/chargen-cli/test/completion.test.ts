import { describe, expect, it } from 'vitest';
import { chargen, run } from './support/run.js';
import { folderWith, SMALL_WORLD } from './support/world.js';
import { BIN } from './support/run.js';

describe('completion', { timeout: 60_000 }, () => {
  it('offers commands, options, their choices, slugs and scenes', async () => {
    const cwd = await folderWith(SMALL_WORLD);
    const offered = async (...words: string[]): Promise<string[]> => {
      const { code, stdout } = await chargen(['__complete', '--', ...words], { cwd });
      expect(code).toBe(0);
      return stdout.split('\n').filter((line) => line !== '');
    };
    expect(await offered('ba')).toEqual(['batch']);
    expect(await offered('batch', '')).toEqual(['analyze', 'generate', 'history', 'pipeline', 'resume']);
    expect(await offered('plan', '--sc')).toEqual(['--scene', '--scope']);
    expect(await offered('plan', '--scope', 'c')).toEqual(['chapters', 'characters']);
    expect(await offered('plan', '--filter', '')).toEqual(['mara', 'oswin', 'quay']);
    expect(await offered('refresh', '--scene', 'mara/a')).toEqual(['mara/alone', 'mara/asleep']);
    expect(await offered('refresh', '--w')).toEqual(['--write']);
    expect(await offered('why', 'm')).toEqual(['mara/']);
    expect(await offered('why', 'mara/a')).toEqual(['mara/alone', 'mara/asleep']);
    expect(await offered('completion', '')).toEqual(['bash', 'fish', 'zsh']);
    expect(await offered('nonsense', 'x')).toEqual([]);
  });

  it('stays silent where there is no world', async () => {
    const { code, stdout, stderr } = await chargen(['__complete', '--', 'why', ''], {
      cwd: await folderWith({}),
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('works in bash', async () => {
    const cwd = await folderWith(SMALL_WORLD);
    const script = `
      chargen() { '${process.execPath}' '${BIN}' "$@"; }
      source <(chargen completion bash)
      COMP_WORDS=(chargen why mara/al); COMP_CWORD=2
      _chargen
      printf '%s\\n' "\${COMPREPLY[@]}"
      compopt() { printf 'compopt %s %s\\n' "$1" "$2"; }
      COMP_WORDS=(chargen why ma)
      _chargen
      printf '%s\\n' "\${COMPREPLY[@]}"
    `;
    const { stdout, stderr } = await run('bash', ['--norc', '-c', script], { cwd });
    expect(stderr).toBe('');
    // The scene of an entity is written behind its slash, with no space between.
    expect(stdout).toBe('mara/alone\ncompopt -o nospace\nmara/\n');
  });

  it('names the shells that it knows', async () => {
    const { code, stderr } = await chargen(['completion', 'csh'], { cwd: '/' });
    expect(code).toBe(2);
    expect(stderr).toContain('bash, zsh, fish');
  });
});
