import type { CST } from 'yaml';
import type { NeededPart } from './needed-part.js';
import { readYaml, type BrokenYaml } from './read-yaml.js';
import { yamlLibrary } from './yaml-library.js';

/** A text as both parsers read it, with the places of its tokens. */
export interface YamlSource {
  readonly text: string;
  /** The value of the document; undefined for a file without one. */
  readonly root: CST.Token | undefined;
  /** Where the document ends: at its `...`, else at the end of the text. */
  readonly end: number;
  readonly data: ParsedData;
  /** What of the text the parser that knows places was given; undefined for all of it. */
  readonly part: NeededPart | undefined;
}

export interface ParsedData {
  /** As js-yaml reads it: fast. */
  readonly fast: unknown;
  /** As yaml reads it, which knows the places; null for what is blank in a part. */
  readonly positioned: unknown;
}

export type SourceOutcome =
  | { readonly kind: 'source'; readonly source: YamlSource }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Reads a text with both parsers; a text that one of them does not take is not edited. `known` is what the fast one
 * made of this text, if that is known. The other one reads `part` alone, if there is one.
 */
export function readSource(
  text: string,
  known?: { readonly fast: unknown },
  part?: NeededPart,
): SourceOutcome {
  const parsed = known === undefined ? readYaml(text) : ({ kind: 'data', data: known.fast } as const);
  if (parsed.kind === 'broken') {
    return { kind: 'refused', why: `${placeText(parsed.place)}${parsed.message}` };
  }
  const { Composer, Parser } = yamlLibrary();
  const tokens = [...new Parser().parse(part?.text ?? text)];
  try {
    const [document] = new Composer({ logLevel: 'error' }).compose(tokens, true, text.length);
    const error = document?.errors[0];
    if (error !== undefined) {
      const before = text.slice(0, error.pos[0]).split('\n');
      const place = placeText({ line: before.length, column: (before.at(-1) ?? '').length + 1 });
      return { kind: 'refused', why: `${place}This is not valid YAML: ${error.message}.` };
    }
    // Aliases were counted by readYaml.
    const positioned: unknown = document?.toJS({ maxAliasCount: -1 });
    const value = tokens.find((token) => token.type === 'document')?.value;
    const end = tokens.find((token) => token.type === 'doc-end')?.offset ?? text.length;
    return {
      kind: 'source',
      source: { text, root: value, end, data: { fast: parsed.data, positioned }, part },
    };
  } catch (error) {
    // An alias without its anchor, or a nesting that is too deep, is reported by throwing.
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', why: `This is not valid YAML: ${reason}` };
  }
}

function placeText(place: BrokenYaml['place']): string {
  return place === undefined ? '' : `line ${place.line}, column ${place.column}: `;
}
