import { useLayoutEffect, useState } from 'preact/hooks';
import type { EntityCard, EntityDetails, SceneDetails } from '../model.js';
import { messageOf } from './api.js';
import { entityDetails } from './data.js';
import { store } from './page.js';

interface Known<Details> {
  readonly details?: Details | undefined;
  /** Why they cannot be loaded; empty if they can. */
  readonly problem: string;
}

/**
 * The details of an entity, loaded when it is shown, and again with new data: the old ones are shown until then, and
 * stay beside the warning if the new ones cannot be loaded.
 */
export function useEntityDetails(entity: EntityCard | undefined): Known<EntityDetails> {
  const [known, setKnown] = useState<Known<EntityDetails> & { readonly id: string }>();
  const { value: index } = store.index;
  const id = entity?.id ?? '';
  useLayoutEffect(() => {
    let isMeant = true;
    const show = (details: EntityDetails): void => {
      if (isMeant) setKnown({ details, problem: '', id });
    };
    const warn = (error: unknown): void => {
      const problem = messageOf(error);
      if (isMeant) setKnown((old) => ({ details: old?.id === id ? old.details : undefined, problem, id }));
    };
    if (entity !== undefined) entityDetails(entity.details).then(show, warn);
    return () => {
      isMeant = false;
    };
  }, [id, index]);
  return known?.id === id ? known : { problem: '' };
}

/** The details of one scene; none until they are loaded, or if its entity has no such scene any more. */
export function useSceneDetails(scene: string): Known<SceneDetails> {
  const { details, problem } = useEntityDetails(store.find(scene)?.entity);
  return { details: details?.scenes.find(({ id }) => id === scene), problem };
}
