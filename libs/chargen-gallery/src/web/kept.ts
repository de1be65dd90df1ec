/** What a reader chose, kept by the browser; the fallback if it keeps nothing, as on the file system it may. */
export function kept<T extends string>(name: string, known: readonly T[], fallback: T): T {
  try {
    return known.find((one) => one === localStorage.getItem(`chargen-gallery-${name}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`chargen-gallery-${name}`, value);
  } catch {
    // It holds until the page is closed.
  }
}
