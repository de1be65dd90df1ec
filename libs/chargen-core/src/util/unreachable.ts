/** Marks a branch that the types say cannot be taken; a new union member then fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`Not handled: ${JSON.stringify(value)}`);
}
