/** The fields of a picture that speak of its origin, by the names of the IPTC standard. */
export type ReadFields = Readonly<Record<string, string>>;

/** As ExifReader calls them, in the order in which they are shown. */
const NAMES: readonly (readonly [string, string])[] = [
  ['DigitalSourceType', 'Digital Source Type'],
  ['AISystemUsed', 'AI System Used'],
  ['AISystemVersionUsed', 'AI System Version Used'],
  ['AIPromptInformation', 'AI Prompt Information'],
  ['AIPromptWriterName', 'AI Prompt Writer Name'],
  ['creator', 'Creator'],
  ['Credit', 'Credit'],
  ['DateCreated', 'Date Created'],
  ['title', 'Title'],
  ['AltTextAccessibility', 'Alt Text'],
];

/** Reads the XMP of a PNG, JPEG, WebP or AVIF. Empty if there is none, or none that can be read. */
export async function readProvenanceFields(bytes: Uint8Array): Promise<ReadFields> {
  // Its names are not among those that Node finds in a CommonJS module; its default has them.
  const { default: reader } = await import('exifreader');
  try {
    const { xmp } = await reader.load(Buffer.from(bytes), {
      async: true,
      expanded: true,
      includeUnknown: true,
    });
    if (xmp === undefined) return {};
    return Object.fromEntries(
      NAMES.flatMap(([name, shown]): [string, string][] => {
        const value = xmp[name];
        return typeof value === 'object' && value.description !== '' ? [[shown, value.description]] : [];
      }),
    );
  } catch (error) {
    if (error instanceof reader.errors.MetadataMissingError) return {};
    throw error;
  }
}
