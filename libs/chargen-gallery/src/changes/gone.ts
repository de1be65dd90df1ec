/** The answer about a scene or an entity that was there when the page was loaded. */
export function goneFromWorld(name: string): { readonly kind: 'refused'; readonly message: string } {
  return { kind: 'refused', message: `There is no ${name} any more. Load the page again.` };
}
