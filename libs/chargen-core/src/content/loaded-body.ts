import { asKept } from '../util/kept-entries.js';
import type { LoadedEntity } from './loaded-entity.js';

/** What is known of an entity without its body. */
export type LoadedHead = Pick<LoadedEntity, 'folder' | 'id' | 'sourceDigest'>;

/** All the rest. */
export type LoadedBody = Omit<LoadedEntity, keyof LoadedHead>;

/** Where a body can be read again. */
export interface BodySource {
  /** Bytes of it there. */
  readonly size: number;
  read(): LoadedBody;
}

/** Bytes on disk of the bodies that stay in memory: about those of 8,000 scenes. */
const IN_MEMORY_BYTES = 24_000_000;

/**
 * The body of an entity. Of a large world not all are in memory at a time: those that can be read again are let go in the
 * order in which they were read. As long as somebody has the entity of one, it is the same object.
 */
class Body {
  #present: LoadedBody | undefined;
  #source: BodySource | undefined;
  /** The entity, once somebody may have it. */
  #handed: WeakRef<NonNullable<LoadedBody['entity']>> | undefined;

  /** Those that are in memory and can be let go, the oldest first. */
  static readonly #inMemory = new Set<Body>();
  static #bytes = 0;

  constructor(body: LoadedBody | BodySource) {
    if (isSource(body)) this.#source = body;
    else this.#present = body;
  }

  get(): LoadedBody {
    const present = this.#present ?? this.#readAgain();
    this.#handed ??= present.entity && new WeakRef(present.entity);
    return present;
  }

  /** For who looks through a whole world and keeps nothing of it. V8 holds what a WeakRef is made of until the turn ends. */
  peek(): LoadedBody {
    return this.#present ?? this.#source?.read() ?? NO_BODY;
  }

  #readAgain(): LoadedBody {
    const read = this.#source?.read() ?? NO_BODY;
    const entity = this.#handed?.deref();
    if (entity === undefined) this.#handed = undefined;
    const present = entity === undefined ? read : { ...read, entity };
    this.#keep(present);
    return present;
  }

  canBeReadFrom(source: BodySource): void {
    const present = this.#present;
    this.#forget();
    this.#source = source;
    if (present !== undefined) this.#keep(present);
  }

  #keep(body: LoadedBody): void {
    this.#present = body;
    Body.#inMemory.add(this);
    Body.#bytes += this.#source?.size ?? 0;
    for (const oldest of Body.#inMemory) {
      if (Body.#bytes <= IN_MEMORY_BYTES || oldest === this) return;
      oldest.#forget();
    }
  }

  #forget(): void {
    this.#present = undefined;
    if (Body.#inMemory.delete(this)) Body.#bytes -= this.#source?.size ?? 0;
  }
}

const NO_BODY: LoadedBody = { entity: undefined, diagnostics: [] };

function isSource(body: LoadedBody | BodySource): body is BodySource {
  return 'read' in body;
}

const bodies = new WeakMap<LoadedEntity, Body>();

/** An entity whose fields are read when they are needed: most commands look at a few entities of a large world. */
export function withBody(
  { folder, id, sourceDigest }: LoadedHead,
  fields: readonly string[],
  given: LoadedBody | BodySource,
): LoadedEntity {
  const body = new Body(given);
  const loaded = { folder, id, sourceDigest };
  for (const field of fields) {
    Object.defineProperty(loaded, field, {
      enumerable: true,
      get: (): unknown => Reflect.get(body.get(), field),
    });
  }
  const whole = asKept<LoadedEntity>(loaded);
  bodies.set(whole, body);
  return whole;
}

/** The body of an entity for who looks through a whole world: nothing of it is the same object the next time. */
export function peekAt(loaded: LoadedEntity): LoadedBody {
  return bodies.get(loaded)?.peek() ?? loaded;
}

/** From now on the body of an entity need not stay in memory. */
export function canBeReadFrom(loaded: LoadedEntity, source: BodySource): void {
  bodies.get(loaded)?.canBeReadFrom(source);
}
