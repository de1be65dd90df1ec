import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { streamIo } from '../src/cli/io.js';
import { writeInPortions } from '../src/output/write-in-portions.js';

it('writes what is longer than a portion in several, in its order and whole', async () => {
  const stdout = new PassThrough();
  const portions: string[] = [];
  stdout.on('data', (piece: Buffer) => portions.push(piece.toString('utf8')));
  const io = streamIo({ stdin: {}, stdout, stderr: new PassThrough() }, {});
  const texts = Array.from({ length: 5000 }, (_, n) => `line ${n} of a long list of lines`);
  await writeInPortions(texts, (text, n) => `${n === 0 ? '' : '\n'}${text}`, io);
  expect(portions.length).toBeGreaterThan(1);
  expect(portions.join('')).toBe(texts.join('\n'));
});
