import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';
import * as yamlSplice from '../src/index.js';

it('the example of the README does what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, names = '', code = ''] =
    /```ts\nimport \{(.*?)\} from 'yaml-splice';\n(.*?)```/s.exec(readme) ?? [];
  const example = runInThisContext(`(({ expect, ${names} }) => {${code}})`) as (
    names: typeof yamlSplice & { expect: typeof expect },
  ) => void;
  example({ expect, ...yamlSplice });
  expect.assertions((code.match(/\bexpect\(/g) ?? ['none']).length);
});

it('the README names every function that the package offers', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const name of Object.keys(yamlSplice)) expect(readme).toContain(`\`${name}\``);
});
