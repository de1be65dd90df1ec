import { letters } from '../../util/letters.js';
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

const MAN = /\b(?:man|boy|male|lad|father|brother|king|lord|uncle|grandfather)\b/iu;
const WOMAN = /\b(?:woman|girl|female|lady|mother|sister|queen|aunt|grandmother|matron|ferrywoman)\b/iu;

/** By the first "he" or "she" of the text, else by what the person is, else "it", else by the name. */
export function subjectOf(text: string, name?: string): Subject {
  const first = /\b(?:(he|his|him)|(she|her|hers))\b/iu.exec(text);
  if (first !== null) return first[1] !== undefined ? HE : SHE;
  const isMan = MAN.test(text);
  if (isMan !== WOMAN.test(text)) return isMan ? HE : SHE;
  if (/\b(?:its|it)\b/iu.test(text)) return IT;
  return name === undefined ? THEY : { he: name, his: `${name}'s`, isPlural: false };
}

const FINITE =
  /\b(?:is|are|was|were|has|have|had|wears?|bears?|stands?|hangs?|covers?|frames?|runs?|reach(?:es)?|keeps?|shows?|grows?|walks?|goes|carr(?:y|ies)|lies?|sits?|rises?|curls?|climbs?|falls?|swings?|favou?rs?|might|appears?|shares?|splits?|holds?|crosses|encases|glints?|adorns?|marks?|shines?|fold|poke|glitter|look out|consists?|remains?|ends?|gives?|features?|moves?|belies|dangles?|wraps?|reveals?|peeks?|drapes?|brackets?|dissolves|cinch(?:es)?|clinches|encircles|fades|flows|ripples|tumbles|cascades|spills|gathers|completes?|escapes?|carries|carry)\b/iu;

export function hasVerb(text: string): boolean {
  return FINITE.test(text);
}

export function startsWithVerb(text: string): boolean {
  return /^(?:(?:now|often|frequently|usually)\s+)*(?:is|are|has|holds?|wears?|carr(?:y|ies)|grips?|rests?|gazes?|stares?|glows?|looks?|peers?|catch(?:es)?|suggests?|conveys?|reflects?|projects?|radiates?|hints?)\b/iu.test(
    text,
  );
}

const PERSON = letters(
  /^(?:an?|the|this)\s+(?:[\p{L}-]+,?\s+){0,4}(?:man|woman|boy|girl|child|youth|teenager|elf|half-elf|dwarf|gnome|halfling|orc|half-orc|human|dragonborn|tiefling|figure|giant|person|creature)\b/iu,
);
const PREPOSITIONS =
  'in|on|at|over|by|with|from|to|under|behind|about|around|up|down|back|into|across|low|loose';
/** "tied back", and not "high-collared robe". */
const PARTICIPLE = letters(
  new RegExp(
    String.raw`^(?:[\p{L}-]+(?:ing|ed)(?=\s+(?:${PREPOSITIONS}|for|as|and|or|but|like|within|through|between|against|upon|along|out|off|of|an?|the|his|her|its|their|\p{L}+ly)\b|,|$)|(?:clad|held|worn|hung|tied|drawn|cut|built|bound)\b)`,
    'iu',
  ),
);
const ABSOLUTE = letters(
  new RegExp(
    String.raw`^((?:his|her|its|their)\s+(?:[\p{L}-]+\s+){1,5}?)((?:[\p{L}-]+(?:ing|ed)|bent|held|drawn|swollen|worn|bound|shorn)(?=\s+(?:${PREPOSITIONS})\b|$).*)$`,
    'isu',
  ),
);

/** A rest that lost what it hung on, as a sentence of its own, without its full stop. */
export function asSentence(words: string, kind: ClauseKind, subject: Subject): string {
  const { he, his, isPlural } = subject;
  const rest = lowered(words.replace(/^(?:and|but|while|yet)\s+/iu, ''));
  const has = kind === 'attire' ? (isPlural ? 'wear' : 'wears') : isPlural ? 'have' : 'has';
  const is = isPlural ? 'are' : 'is';
  const granted = /^(?:despite|though|although)\s+((?:an?|his|her|its|their)\s+.+)$/isu.exec(rest)?.[1];
  if (granted !== undefined)
    return hasVerb(granted) ? capital(granted) : `${he} ${has} ${withoutOwner(granted)}`;
  const young = /^(?:though|although)\s+(.+)$/isu.exec(rest)?.[1];
  if (young !== undefined) return `${he} ${is} ${young}`;
  if (/^where\s+/iu.test(rest)) return asSentence(rest.replace(/^where\s+/iu, ''), kind, subject);
  const half = ofSomethingCut(rest);
  if (half !== undefined) return `${he} ${has} ${withoutOwner(half)}`;
  const worn = CLOTHES_OF.exec(rest)?.[1];
  if (worn !== undefined) return `${he} ${has} ${worn}`;
  const whose = /^whose\s+(.+)$/isu.exec(rest)?.[1];
  if (whose !== undefined) {
    return hasVerb(whose) ? `${his} ${whose}` : `${he} ${has} ${article(whose)}${whose}`;
  }
  if (/^(?:who|which|that)\s+/iu.test(rest)) return rest.replace(/^(?:who|which|that)\s+/iu, `${he} `);
  if (/^(?:he|she|it|they)\b/iu.test(rest)) return capital(rest);
  if (/^(?:his|her|its|their)\b/iu.test(rest)) return ofPossession(rest, `${he} ${has}`);
  const shown =
    /^(?:with|showing|revealing|featuring|possessing|wearing|set (?:in|within|into))\s+(.+)$/isu.exec(
      rest,
    )?.[1];
  if (shown !== undefined) return `${he} ${has} ${withoutOwner(shown)}`;
  if (kind === 'attire') {
    const put = /^in\s+(.+)$/isu.exec(rest)?.[1] ?? PUT_ON.exec(rest)?.[1];
    if (put !== undefined) return `${he} ${has} ${put}`;
  }
  if (PERSON.test(rest))
    return `${he} ${is} ${rest.replace(/^this\s+(?=[aeiou]?)/iu, /^this\s+[aeiou]/iu.test(rest) ? 'an ' : 'a ')}`;
  if (/^(?:is|are|has|have|wears?|keeps?|walks?)\b/iu.test(rest)) return `${he} ${rest}`;
  if (hasVerb(rest)) return capital(rest);
  if (PARTICIPLE.test(rest)) return `${he} ${is} ${rest}`;
  return `${he} ${has} ${rest}`;
}

/** "draped with a shawl" */
const PUT_ON = letters(
  /^(?:is\s+|are\s+)?(?!dressed|clad|clothed|wrapped|armou?red|crowned)[\p{L}-]+ed\s+(?:up\s+|back\s+)?(?:with|by)\s+(.+)$/isu,
);
const CLOTHES_OF = letters(
  /^(?:his|her|its|their)\s+(?:[\p{L}-]+\s+)*(?:attire|clothing|clothes|outfit|garb),?\s+(?:featuring|including|consisting of)\s+(.+)$/isu,
);

const FROM_BENEATH = letters(
  /^(?:from )?(?:beneath|underneath)\s+(?:the (?:\p{L}+ )?(?:brim|folds) of\s+)?(.+)$/isu,
);

/** "that obscures her grey hair", "from beneath a heavy brow": what is left when that which does it was cut. */
function ofSomethingCut(rest: string): string | undefined {
  return (
    /^(?:that|which)\s+(?:partially\s+|partly\s+)?(?:obscures?|hides?|frames?|covers?|reveals?)\s+(.+)$/isu.exec(
      rest,
    )?.[1] ??
    /^(?:partially\s+|partly\s+)?(?:obscuring|hiding|framing|highlighting|concealing)\s+(.+)$/isu.exec(
      rest,
    )?.[1] ??
    FROM_BENEATH.exec(rest)?.[1]
  );
}

/** "her hair hanging over one shoulder" has no verb of its own. */
function ofPossession(rest: string, has: string): string {
  if (hasVerb(rest)) return capital(rest);
  const [, what, how] = ABSOLUTE.exec(rest) ?? [];
  if (what === undefined || how === undefined) return `${has} ${withoutOwner(rest)}`;
  const isMany = /(?:s|feet|teeth)\s$/iu.test(what);
  return capital(`${what}${isMany ? 'are' : 'is'} ${how}`);
}

const MANY = /(?:[^s]s|hair|skin|fur|teeth|feet)$/iu;

const FIRST_THING = letters(
  /^(.+?)(?=,\s+\p{L}+(?:ed|ing)\s+(?:by|with|in|from|to|on|at|his|her|its|the|an?)\b|\s+(?:of|with|beneath|under|in|on|above|over|that|which|marked)\b|$)/iu,
);

/** "a" in front of what there is one of; nothing in front of hair, eyes and hands. */
function article(what: string): string {
  const noun = FIRST_THING.exec(what)?.[1] ?? what;
  return MANY.test(noun.trim()) ? '' : /^[aeiou]/iu.test(what) ? 'an ' : 'a ';
}

/** "her hands" as something that she has: "hands"; "her face": "a face". A thing of another person keeps its owner. */
function withoutOwner(text: string): string {
  const what = /^(?:his|her|its|their)\s+(.+)$/isu.exec(text)?.[1];
  if (what === undefined || /^[^,]*['’]s\b/u.test(what)) return text;
  return `${article(what)}${what}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const NAME_FIRST = letters(/^\p{Lu}\S*\s+(?:\p{Lu}|(?:is|has|had|was|wears|stands|appears|keeps)\b)/u);

/** The first word of a sentence within another, unless it is a name. */
function lowered(text: string): string {
  const isName = NAME_FIRST.test(text);
  return isName && !/^(?:An?|The|His|Her|Its|Their|With|In)\b/u.test(text)
    ? text
    : text.charAt(0).toLowerCase() + text.slice(1);
}

const WHOSE = letters(/\s+whose\s+((?:[\p{L}-]+(?:\s+[\p{L}-]+)?,\s+)*[^,]+)$/iu);

/** "a dwarf whose weathered frame", with its verb cut: "a dwarf with a weathered frame". */
export function closedWhose(text: string): string {
  return text.replace(WHOSE.for(text), (whole, what: string) =>
    // The last word is a noun, even if it can be a verb too: "whose bowed frame".
    hasVerb(what.replace(/\S+$/u, '')) ? whole : ` with ${article(what)}${what}`,
  );
}
