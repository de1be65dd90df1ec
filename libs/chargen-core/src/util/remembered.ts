/** Texts of a big world; then it starts afresh, so that a process that lives long does not grow. */
const MAX_TEXTS = 20_000;

/** What was made of a text, made once: the looks of a person are asked for again by each scene that shows the person. */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly made: T }>();
  return (text) => {
    const present = known.get(text);
    if (present !== undefined) return present.made;
    if (known.size >= MAX_TEXTS) known.clear();
    const made = make(text);
    known.set(text, { made });
    return made;
  };
}
