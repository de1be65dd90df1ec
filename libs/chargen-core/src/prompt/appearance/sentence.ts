import type { ClauseKind } from './rules.js';

/** The pronouns by which a text calls its person. */
export interface Subject {
  readonly he: string;
  readonly his: string;
  readonly isPlural: boolean;
}

const HE: Subject = { he: 'He', his: 'His', isPlural: false };
const SHE: Subject = { he: 'She', his: 'Her', isPlural: false };
const IT: Subject = { he: 'It', his: 'Its', isPlural: false };
const THEY: Subject = { he: 'They', his: 'Their', isPlural: true };

/** By the first pronoun of the text, else by the name. */
export function subjectOf(text: string, name?: string): Subject {
  const first = /\b(?:(he|his|him)|(she|her|hers)|(its|it))\b/iu.exec(text);
  return first?.[1] !== undefined
    ? HE
    : first?.[2] !== undefined
      ? SHE
      : first?.[3] !== undefined
        ? IT
        : name === undefined
          ? THEY
          : { he: name, his: `${name}'s`, isPlural: false };
}

const FINITE =
  /\b(?:is|are|was|were|has|have|had|wears?|bears?|stands?|hangs?|covers?|frames?|runs?|reach(?:es)?|keeps?|shows?|grows?|walks?|goes|carr(?:y|ies)|lies?|sits?|rises?|curls?|climbs?|falls?|swings?|favou?rs?|might|appears?|shares?|splits?|holds?|crosses|encases|glints?|adorns?|marks?|shines?|fold|poke|glitter|look out|consists?|remains?|ends?|gives?|features?|moves?|belies|dangles?|wraps?|reveals?|peeks?|drapes?|brackets?)\b/iu;

export function hasVerb(text: string): boolean {
  return FINITE.test(text);
}

export function startsWithVerb(text: string): boolean {
  return /^(?:(?:now|often|frequently|usually)\s+)*(?:is|are|has|holds?|wears?|carr(?:y|ies)|grips?|rests?)\b/iu.test(
    text,
  );
}

const PERSON =
  /^(?:an?|the)\s+(?:[\p{L}-]+,?\s+){0,4}(?:man|woman|boy|girl|child|youth|teenager|elf|half-elf|dwarf|gnome|halfling|orc|half-orc|human|dragonborn|tiefling|figure|giant|person|creature)\b/iu;
const PARTICIPLE = /^(?:[\p{L}-]+(?:ing|ed)|clad|held|worn|hung|tied|drawn|cut|built|bound)\b/iu;
const PREPOSITIONS =
  'in|on|at|over|by|with|from|to|under|behind|about|around|up|down|back|into|across|low|loose';
const ABSOLUTE = new RegExp(
  String.raw`^((?:his|her|its|their)\s+(?:[\p{L}-]+\s+){1,5}?)((?:[\p{L}-]+(?:ing|ed)|bent|held|drawn|swollen|worn|bound|shorn)(?=\s+(?:${PREPOSITIONS})\b|$).*)$`,
  'isu',
);

/** A rest that lost what it hung on, as a sentence of its own, without its full stop. */
export function asSentence(words: string, kind: ClauseKind, subject: Subject): string {
  const { he, his, isPlural } = subject;
  const rest = lowered(words.replace(/^(?:and|but|while|yet)\s+/iu, ''));
  const has = kind === 'attire' ? (isPlural ? 'wear' : 'wears') : isPlural ? 'have' : 'has';
  const is = isPlural ? 'are' : 'is';
  const whose = /^whose\s+(.+)$/isu.exec(rest)?.[1];
  if (whose !== undefined) return `${his} ${whose}`;
  if (/^(?:who|which|that)\s+/iu.test(rest)) return rest.replace(/^(?:who|which|that)\s+/iu, `${he} `);
  if (/^(?:he|she|it|they)\b/iu.test(rest)) return capital(rest);
  if (/^(?:his|her|its|their)\b/iu.test(rest)) return ofPossession(rest, `${he} ${has}`);
  const shown = /^(?:with|showing|revealing|featuring|possessing|wearing)\s+(.+)$/isu.exec(rest)?.[1];
  if (shown !== undefined) return `${he} ${has} ${withoutOwner(shown)}`;
  if (kind === 'attire') {
    const worn =
      /^in\s+(.+)$/isu.exec(rest)?.[1] ??
      /^(?:is\s+|are\s+)?(?!dressed|clad|clothed|wrapped|armou?red|crowned)[\p{L}-]+ed\s+(?:up\s+|back\s+)?(?:with|by)\s+(.+)$/isu.exec(
        rest,
      )?.[1];
    if (worn !== undefined) return `${he} ${has} ${worn}`;
  }
  if (PERSON.test(rest)) return `${he} ${is} ${rest}`;
  if (/^(?:is|are|has|have|wears?|keeps?|walks?)\b/iu.test(rest)) return `${he} ${rest}`;
  if (hasVerb(rest)) return capital(rest);
  if (PARTICIPLE.test(rest)) return `${he} ${is} ${rest}`;
  return `${he} ${has} ${rest}`;
}

/** "her hair hanging over one shoulder" has no verb of its own. */
function ofPossession(rest: string, has: string): string {
  if (hasVerb(rest)) return capital(rest);
  const [, what, how] = ABSOLUTE.exec(rest) ?? [];
  if (what === undefined || how === undefined) return `${has} ${withoutOwner(rest)}`;
  const isMany = /(?:s|feet|teeth)\s$/iu.test(what);
  return capital(`${what}${isMany ? 'are' : 'is'} ${how}`);
}

/** Without "her" if what follows needs no article in its place. */
function withoutOwner(text: string): string {
  const what =
    /^(?:his|her|its|their)\s+([\p{L}\s-]+?)(?=,|\s+(?:of|with|beneath|under|in|on|above|over)\b|$)/iu.exec(
      text,
    )?.[1];
  const needsNone = what !== undefined && /(?:s|hair|skin|fur|teeth|feet)$/iu.test(what);
  return needsNone ? text.replace(/^(?:his|her|its|their)\s+/iu, '') : text;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The first word of a sentence within another, unless it is a name. */
function lowered(text: string): string {
  const isName = /^\p{Lu}\S*\s+(?:\p{Lu}|(?:is|has|had|was|wears|stands|appears|keeps)\b)/u.test(text);
  return isName && !/^(?:An?|The|His|Her|Its|Their|With|In)\b/u.test(text)
    ? text
    : text.charAt(0).toLowerCase() + text.slice(1);
}
