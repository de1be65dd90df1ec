import { sceneName, withoutTake } from './places.js';
import type { Entity, EntityType, Scene } from '../content/index.js';

/**
 * The scenes that a person means, by name: `character/finn` for all of an entity, `character/finn/rooftop` for one,
 * `character/finn/rooftop@2` for one with a take of it that is asked for also if the scene has its picture. It
 * is a value, so that a plan and the run that follows it are given the same one. What these scenes show is not among
 * them; it is made only if a selected scene waits for it.
 */
export class Selection {
  readonly #names: ReadonlySet<string>;

  constructor(readonly names: readonly string[]) {
    this.#names = new Set(names.flatMap((name) => [name, withoutTake(name)]));
  }

  /** Whether a take is among the names itself, and not only its scene. */
  namesTake(entity: Pick<Entity, 'type' | 'slug'>, { id }: Pick<Scene, 'id'>, take: number): boolean {
    return this.#names.has(sceneName(entity, { id, take, isSpare: true }));
  }

  has(
    { type, slug }: { readonly type: EntityType; readonly slug: string },
    { id }: Pick<Scene, 'id'>,
  ): boolean {
    return this.hasName(`${type}/${slug}/${id}`);
  }

  /** A scene's, a take's or an analyzed picture's name; the takes of a scene are selected with it. */
  hasName(name: string): boolean {
    return (
      this.#names.has(name) ||
      this.#names.has(withoutTake(name)) ||
      this.#names.has(name.split('/').slice(0, 2).join('/'))
    );
  }

  /** Whether any scene of an entity is among them. */
  touches(entity: Pick<Entity, 'type' | 'slug' | 'scenes'>): boolean {
    return entity.scenes.some((scene) => this.has(entity, scene));
  }
}
