import { modelFacts } from '../catalogue/index.js';
import type { Scene } from '../content/index.js';
import { KEY_VERSION, type CanonicalRequest } from '../recipe/index.js';

/** A reference whose bytes are known. */
export interface RequestFile {
  /** For people: `character/thane-blackwood portrait`. */
  readonly name: string;
  readonly role: string;
  readonly sha256: string;
  readonly mimeType: string;
  readonly extension: string;
  /** Relative to the workspace; undefined if the picture is only in the store. */
  readonly path: string | undefined;
  /** The file is a Git LFS pointer: its digest is known, its bytes are not here. */
  readonly pointer: boolean;
}

/** The bytes of a picture and their format, as a recipe, a stored result and a verdict name them. */
export type PictureFacts = Pick<RequestFile, 'sha256' | 'mimeType' | 'extension'>;

/** A reference with the file that stands for it. */
export function requestFile(
  { name, role }: Pick<RequestFile, 'name' | 'role'>,
  { sha256, mimeType, extension }: PictureFacts,
  path: string | undefined,
  pointer = false,
): { readonly kind: 'file'; readonly file: RequestFile } {
  return { kind: 'file', file: { name, role, sha256, mimeType, extension, path, pointer } };
}

/** The request for a scene's picture: references first, in the order that the prompt counts them, then the text. */
export function sceneRequest(
  scene: Scene,
  model: string,
  prompt: string,
  files: readonly RequestFile[],
): CanonicalRequest {
  const takesTemperature = modelFacts(model)?.takesTemperature ?? true;
  return {
    v: KEY_VERSION,
    model,
    take: scene.take,
    request: {
      contents: [
        {
          role: 'user',
          parts: [...files.map(({ sha256, mimeType }) => ({ file: { sha256, mimeType } })), { text: prompt }],
        },
      ],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: scene.aspectRatio, imageSize: scene.imageSize },
        ...(scene.temperature === undefined || !takesTemperature ? {} : { temperature: scene.temperature }),
      },
      ...(scene.safetySettings.length === 0
        ? {}
        : {
            safetySettings: scene.safetySettings.map(({ category, threshold }) => ({ category, threshold })),
          }),
    },
  };
}
