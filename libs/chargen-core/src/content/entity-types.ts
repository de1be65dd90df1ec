/** What an entity can be. */
export const ENTITY_TYPES = ['character', 'location', 'chapter'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** The folder in which the entities of a type are, each in a folder of its own. */
export const TYPE_FOLDERS = {
  character: 'characters',
  location: 'locations',
  chapter: 'chapters',
} as const satisfies Readonly<Record<EntityType, string>>;
export type TypeFolder = (typeof TYPE_FOLDERS)[EntityType];

/** The folders of all types, in the order of the types. */
export const WORLD_FOLDERS: readonly TypeFolder[] = ENTITY_TYPES.map((type) => TYPE_FOLDERS[type]);

/** A choice of entities by their type, as a person writes it. */
export const SCOPES = [...WORLD_FOLDERS, 'all'] as const;
export type Scope = (typeof SCOPES)[number];

/** The type whose entities are in a folder of this name. */
export function typeOfFolder(name: string): EntityType | undefined {
  return ENTITY_TYPES.find((type) => TYPE_FOLDERS[type] === name);
}
