import { afterAll, vi } from 'vitest';

const found = { folder: process.cwd(), env: { ...process.env } };

// Files of tests share their process: what one changes of it must not decide what the next one sees.
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  process.chdir(found.folder);
  for (const name of Object.keys(process.env))
    if (!(name in found.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, found.env);
});
