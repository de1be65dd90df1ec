import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { PictureMaker } from './picture.js';

export interface MadeResults {
  readonly bytes: number;
  readonly lines: number;
}

/** A picture of 2752 x 1536, as "2K" is at 16:9, one byte a pixel: 4.2 MB, 5.6 MB as base64. */
const WIDTH = 2752;
const HEIGHT = 1536;

/** Writes a result file as the service would, with distinct 2K pictures, until it has so many bytes. */
export async function makeResultFile(path: string, bytes: number, seed: number): Promise<MadeResults> {
  const maker = new PictureMaker(WIDTH, HEIGHT, seed);
  const out = createWriteStream(path);
  let lines = 0;
  let written = 0;
  while (written < bytes) {
    const number = lines;
    const key = resultKey(seed, number);
    lines += 1;
    const line = `${JSON.stringify(resultLine(key, number, maker.make(number).toString('base64')))}\n`;
    written += line.length;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return { bytes: written, lines };
}

/** The content key of a line, so that it need not be read back. */
export function resultKey(seed: number, number: number): string {
  return createHash('sha256')
    .update(`${String(seed)} ${String(number)}`)
    .digest('hex');
}

function resultLine(key: string, number: number, data: string): Record<string, unknown> {
  return {
    key: `character/walker/scene-${String(number)}@sha256:${key}`,
    response: {
      candidates: [
        {
          content: { parts: [{ inlineData: { mimeType: 'image/png', data } }], role: 'model' },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: { promptTokenCount: 300, candidatesTokenCount: 1120, totalTokenCount: 1420 },
      modelVersion: 'gemini-3-pro-image',
      responseId: `response-${String(number)}`,
    },
  };
}
