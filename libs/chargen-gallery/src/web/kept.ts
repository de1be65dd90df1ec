/** The browser's memory: until the tab is closed, or for good. A page from the file system may have none. */
type Memory = 'sessionStorage' | 'localStorage';

const nameOf = (name: string): string => `chargen-gallery-${name}`;

/** What was kept under a name; undefined if nothing was. */
export function kept(memory: Memory, name: string): string | undefined {
  try {
    return globalThis[memory].getItem(nameOf(name)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(memory: Memory, name: string, value: string): void {
  try {
    globalThis[memory].setItem(nameOf(name), value);
  } catch {
    // It holds until the page is closed.
  }
}
