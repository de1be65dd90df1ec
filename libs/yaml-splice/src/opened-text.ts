import { isDeepStrictEqual } from 'node:util';
import { neededPart, type Need } from './needed-part.js';
import { readYaml } from './read-yaml.js';
import { readSource, type SourceOutcome } from './yaml-source.js';

/** What the parsers made of a text, as far as they were asked. */
export class OpenedText {
  #known: { readonly fast: unknown } | undefined;
  #whole: SourceOutcome | undefined;
  #part: { readonly needs: readonly Need[]; readonly outcome: SourceOutcome } | undefined;

  constructor(
    readonly text: string,
    known: { readonly fast: unknown } | undefined,
  ) {
    this.#known = known;
  }

  /** Undefined for a text that cannot be read. */
  fast(): unknown {
    if (this.#known !== undefined) return this.#known.fast;
    const read = readYaml(this.text);
    if (read.kind === 'data') this.#known = { fast: read.data };
    return this.#known?.fast;
  }

  whole(): SourceOutcome {
    return (this.#whole ??= readSource(this.text, this.#known));
  }

  /** Undefined if the text has no parts that are certain. */
  part(needs: readonly Need[]): SourceOutcome | undefined {
    if (this.#whole !== undefined) return this.#whole;
    const before = this.#part?.needs ?? [];
    const others = needs.filter((need) => !before.some((one) => isDeepStrictEqual(one, need)));
    if (this.#part !== undefined && others.length === 0) return this.#part.outcome;
    const all = [...before, ...others];
    const fast = this.fast();
    const part = neededPart(this.text, fast, all);
    if (part === undefined) return undefined;
    this.#part = { needs: all, outcome: readSource(this.text, { fast }, part) };
    return this.#part.outcome;
  }
}
