import { Canvas } from '../picture/canvas.js';
import { encodeIndexedPng } from '../picture/png.js';
import type { JobKind } from './state.js';

/** With letters that are not Latin, on purpose: a name like this once broke an upload before it was sent. */
export const PICTURE_NAME = 'Олена-портрет-肖像.png';
export const PICTURE_TYPE = 'image/png';
const SIDE = 64;

/** A small square of one colour. */
export function samplePicture(): Buffer {
  return encodeIndexedPng(new Canvas(SIDE, SIDE), [[68, 102, 136]], {}, true);
}

/** The one line of a job's requests. */
export function requestLine(kind: JobKind, key: string, pictureUri: string): string {
  return `${JSON.stringify({ key, request: kind === 'text' ? TEXT_REQUEST : pictureRequest(pictureUri) })}\n`;
}

const TEXT_REQUEST = {
  contents: [{ role: 'user', parts: [{ text: 'Name the colour of a clear sky at noon, in one word.' }] }],
  generationConfig: {
    responseMimeType: 'application/json',
    responseSchema: { type: 'OBJECT', properties: { colour: { type: 'STRING' } }, required: ['colour'] },
  },
} as const;

/** What the picture is asked for with, for an estimate of its price. */
export const PICTURE_PROMPT =
  'A plain square in the colour of this picture, with a thin white circle in its middle.';

function pictureRequest(fileUri: string): object {
  return {
    contents: [
      { role: 'user', parts: [{ fileData: { fileUri, mimeType: PICTURE_TYPE } }, { text: PICTURE_PROMPT }] },
    ],
    generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '1:1', imageSize: '1K' } },
  };
}
