// The one rule that oxlint lacks: an object literal must not pass for an instance of a class. It needs the compiler of
// typescript-eslint, which takes minutes: it runs nightly, everything else by oxlint (.oxlintrc.json) with each change.
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.chargen/**', 'coverage/**', 'content/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: {
      parserOptions: {
        project: [
          './libs/*/tsconfig.json',
          './tools/*/tsconfig.json',
          './bench/tsconfig.json',
          './tsconfig.test.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'error' },
  },
);
