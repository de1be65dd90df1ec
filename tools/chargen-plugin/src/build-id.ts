/**
 * The sha256 of the code of this package, which the bundle is given when it is made; undefined if the modules run as
 * tsc wrote them. What is kept on disk for other processes is kept under it.
 */
export const BUILD_ID: string | undefined = undefined;
