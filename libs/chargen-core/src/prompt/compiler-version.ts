/**
 * Part of every task's hash and of the explanation why a scene is pending. Raised whenever the same content
 * compiles to another text, so that a new version of the tool is seen as what it is.
 */
export const COMPILER_VERSION = 4;
