import type { GenerateRequest, Part } from '../wire/requests.js';

/** Measured on gemini-3-pro-image: each reference picture counts 258 tokens. */
export const IMAGE_INPUT_TOKENS = 258;

/** About four characters a token. */
export const textTokens = (text: string): number => Math.ceil(text.length / 4);

export interface TokenCount {
  readonly text: number;
  readonly image: number;
  readonly total: number;
}

/** Tokens of all contents, the system instruction included. */
export function countTokens(request: Pick<GenerateRequest, 'contents' | 'systemInstruction'>): TokenCount {
  let text = 0;
  let image = 0;
  for (const content of [
    ...request.contents,
    ...(request.systemInstruction ? [request.systemInstruction] : []),
  ]) {
    for (const part of content.parts ?? []) {
      if (isFile(part)) image += IMAGE_INPUT_TOKENS;
      else text += textTokens(part.text ?? '');
    }
  }
  return { text, image, total: text + image };
}

const isFile = (part: Part): boolean => part.inlineData !== undefined || part.fileData !== undefined;

/** Details by modality, as usageMetadata and countTokens carry them. */
export function tokenDetails(count: TokenCount): { modality: string; tokenCount: number }[] {
  return [
    ...(count.text > 0 ? [{ modality: 'TEXT', tokenCount: count.text }] : []),
    ...(count.image > 0 ? [{ modality: 'IMAGE', tokenCount: count.image }] : []),
  ];
}
