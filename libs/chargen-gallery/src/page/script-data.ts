/**
 * A value as a script that a page without modules and without `fetch` can load (pages from the file system may use
 * neither). It is JSON inside a string, so that no text of an author is ever read as code and no key as
 * `__proto__`; `<` is escaped so that the file may stand inside a page as well.
 */
export function parsedInScript(value: unknown): string {
  const literal = JSON.stringify(JSON.stringify(value));
  return `JSON.parse(${literal.replaceAll('<', String.raw`\u003c`)})`;
}
