/** Devices of Windows: no file can have such a name, with any extension (learn.microsoft.com, "Naming Files"). */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])$/i;

/** Why no file or folder on Windows can have this name, without a full stop; undefined if one can. */
export function whyNotOnWindows(name: string): string | undefined {
  // What stands before the first dot counts, and spaces at its end do not.
  const stem = (name.split('.')[0] ?? '').trimEnd();
  if (DEVICE.test(stem)) return `"${stem}" is a device there`;
  if (/[. ]$/.test(name)) return 'a name there cannot end with a dot or a space';
  const sign = /[<>:"|?*\\\u0000-\u001f]/.exec(name)?.[0];
  return sign === undefined ? undefined : `a name there cannot hold ${JSON.stringify(sign)}`;
}

/** What a name is on systems that ignore letter case and the form of accents: two names with one key are one file there. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Why two names that differ have one `foldedName`. Windows ignores letter case alone, macOS the form of accents too. */
export function whyOneName(one: string, other: string): { readonly code: string; readonly why: string } {
  if (one.toLowerCase() === other.toLowerCase()) {
    return { code: 'letter-case', why: 'on macOS and Windows, where letter case does not count' };
  }
  const alike = one.normalize('NFC') === other.normalize('NFC');
  const what = alike ? 'the Unicode form of accents does' : 'letter case and the Unicode form of accents do';
  return { code: 'unicode-form', why: `on macOS, where ${what} not count` };
}

/** Two Unicode forms look alike, so that what is not ASCII is shown by its numbers. */
export function visible(path: string): string {
  return path.replace(/[^\x20-\x7e]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}
