import type { RefusalShape } from '../faults/types.js';
import type { Json, JsonObject } from '../wire/json.js';

const REPHRASE = 'Try rephrasing the prompt.';

/** What the service says with a refusal; the wording of IMAGE_OTHER and IMAGE_PROHIBITED_CONTENT is recorded. */
export function refusalMessage(finishReason: string): string {
  switch (finishReason) {
    case 'IMAGE_PROHIBITED_CONTENT':
      return 'Unable to show the generated image due to interests of third-party content providers. Please edit your prompt and try again. If you think this was an error, send feedback.';
    case 'IMAGE_SAFETY':
      return `Unable to show the generated image. The model could not generate the image based on the prompt provided because it may violate the usage policies. ${REPHRASE}`;
    case 'IMAGE_RECITATION':
    case 'RECITATION':
      return `Unable to show the generated image because it may be too similar to existing content. ${REPHRASE}`;
    default:
      return `Unable to show the generated image. The model could not generate the image based on the prompt provided. You will not be charged for this request. ${REPHRASE}`;
  }
}

export function refusedCandidate(finishReason: string, message: string, shape: RefusalShape): JsonObject {
  const content = refusedContent(shape);
  return {
    ...(content === undefined ? {} : { content }),
    finishReason,
    index: 0,
    finishMessage: message,
  };
}

function refusedContent(shape: RefusalShape): Json | undefined {
  switch (shape) {
    case 'empty-content':
      return {};
    case 'role-only':
      return { role: 'model' };
    case 'null-parts':
      return { parts: null };
    case 'no-content':
      return undefined;
  }
}
