// How reading a world grows with its size: node --expose-gc libs/chargen-core/bench/read-world.mjs [entities …]
// Build first (npm run build). Each size runs in a process of its own, so that none inherits another's memory.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContentReader, referenceDiagnostics } from '../dist/content/index.js';

const SCENES = 60;

function entityText(index, count) {
  const lines = [
    'entity_type: character',
    `name: Walker ${index}`,
    `appearance: A walker with ${index} knots in a grey rope and a coat of patched sailcloth.`,
    'references:',
    '  - { id: portrait, path: images/portrait.png, role: portrait }',
    'scenes:',
  ];
  for (let scene = 0; scene < SCENES; scene += 1) {
    lines.push(
      `  - id: mile-${scene}`,
      `    title: Mile ${scene}`,
      '    prompt: >',
      `      Walker ${index} at milestone ${scene}, ${'rain on slate and a long road under low cloud, '.repeat(6)}`,
      '    negative_prompt: text, watermark',
      '    references:',
      '      - path: images/portrait.png',
      `      - character: walker-${(index + 1) % count}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function measure(count) {
  const root = mkdtempSync(join(tmpdir(), 'chargen-bench-'));
  const files = [];
  let bytes = 0;
  for (let index = 0; index < count; index += 1) {
    const folder = join(root, 'characters', `walker-${index}`);
    mkdirSync(folder, { recursive: true });
    const text = entityText(index, count);
    bytes += text.length;
    writeFileSync(join(folder, 'imagery.yaml'), text);
    files.push(`characters/walker-${index}/imagery.yaml`);
  }
  const timed = (work) => {
    const start = performance.now();
    work();
    return Math.round(performance.now() - start);
  };
  const reader = new ContentReader(root);
  const cold = timed(() => reader.load(files, undefined));
  appendFileSync(join(root, files[0]), '# changed\n');
  const warm = timed(() => reader.load(files, undefined));
  const world = reader.load(files, undefined);
  const references = timed(() => referenceDiagnostics(world));
  globalThis.gc?.();
  const heap = Math.round(process.memoryUsage().heapUsed / 1e6);
  rmSync(root, { recursive: true });
  console.log(
    `${count} entities, ${count * SCENES} scenes, ${(bytes / 1e6).toFixed(0)} MB: ` +
      `read ${cold} ms, after one change ${warm} ms, references ${references} ms, heap ${heap} MB`,
  );
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'only') measure(Number(rest[0]));
else {
  for (const count of first === undefined ? [500, 1000, 2000, 5000] : [first, ...rest]) {
    const options = { stdio: 'inherit' };
    execFileSync(process.execPath, ['--expose-gc', import.meta.filename, 'only', String(count)], options);
  }
}
