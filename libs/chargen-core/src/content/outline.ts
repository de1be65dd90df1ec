import type { Scene } from './entity.js';
import type { LoadedBody } from './loaded-body.js';

/**
 * What the project graph needs of an entity: all but the words of its scenes. Nobody else's project is made from these,
 * and for its own `asked` stands for them. What is left is half as much, of which a large world fits into memory.
 */
export function outlineOf(body: LoadedBody): LoadedBody {
  const { entity } = body;
  if (entity === undefined) return body;
  const scenes = entity.scenes.map(({ prompt, promptSource, altText, ...scene }): Scene => ({
    ...scene,
    parts: [],
    negative: [],
  }));
  return { ...body, entity: { ...entity, scenes } };
}
