import { z } from 'zod';
import { KEY_VERSION, type CanonicalRequest } from '../recipe/index.js';
import type { JsonMap } from './gemini-schema.js';
import { analysisPrompt } from './prompt.js';
import type { AnalysisTarget } from './targets.js';
import { NONCE_PLACEHOLDER } from './wire-text.js';

/**
 * Half of what a picture costs at full resolution, and enough for what is asked here: Gemini scales each picture
 * to its budget of tokens itself, so that a smaller file would save nothing.
 */
const MEDIA_RESOLUTION = 'MEDIA_RESOLUTION_MEDIUM';

const responseSchema = z.record(z.string(), z.json());

/** What is asked about a picture. The nonce enters only on the wire, since it follows from the key of this. */
export function analysisRequest(
  target: AnalysisTarget,
  model: string,
  schema: JsonMap,
  picture: { readonly sha256: string; readonly mimeType: string },
): CanonicalRequest {
  const { sha256, mimeType } = picture;
  return {
    v: KEY_VERSION,
    model,
    take: target.take,
    request: {
      contents: [
        {
          role: 'user',
          parts: [
            { file: { sha256, mimeType } },
            { text: analysisPrompt(target) },
            { text: NONCE_PLACEHOLDER },
          ],
        },
      ],
      generationConfig: {
        responseMimeType: 'application/json',
        responseSchema: responseSchema.parse(schema),
        mediaResolution: MEDIA_RESOLUTION,
      },
    },
  };
}
