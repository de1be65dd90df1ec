import { letters } from '../util/letters.js';

/** Words by which a scene says what is worn. Belts, straps and the like go with anything, and do not count. */
export const CLOTHES =
  /\b(?:dressed|clad|wears?|wearing|clothes|clothing|attire|outfit|uniform|armou?r(?:ed)?|gowns?|robes?|dress|coats?|tunics?|shirts?|jackets?|aprons?|doublet|smock|cloaks?|cloaked|nightgown|livery|finery|civilian|disguise[d]?|rags|leathers|chainmail|breastplate|work clothes|travelling clothes|costume|cap|hat|hooded)\b/iu;

/** Words by which a scene says that the usual clothes are off, or are those of another time of life. */
export const UNDRESS =
  /\b(?:naked|nude|undress(?:ed|ing)?|bath(?:es|ing|tub)?|swims?|swimming|shirtless|bare-?chested|in (?:a |the |her |his )?(?:hospital |sick)?bed|asleep|sleeps?|sleeping|bedridden|as a (?:child|boy|girl)|childhood|flashback|years (?:ago|before|earlier)|(?:his|her) younger self)\b/iu;

/** Words by which a scene shows so little of a person that clothes are not seen. */
export const NOT_SEEN = letters(
  /\b(?:macro|hands? only|(?:extreme )?close[- ]?up (?:shot )?(?:of|on|showing) (?:an?|the|his|her|their|two)? ?(?:[\p{L}-]+,? ){0,3}(?:hands?|eyes?|face|fingers?))\b/iu,
);

/** What a scene may say that one piece of clothing cannot be part of. Data: a new piece needs no code. */
export const EXCLUDES: readonly { readonly garment: string; readonly when: RegExp }[] = [
  {
    garment: 'gloves?|gauntlets?|mittens?',
    when: /\b(?:bare[- ]?hand(?:s|ed)|fingertips?|fingernails|kneads?|kneading|washing|washes|hands? (?:in|into|under) (?:the )?(?:water|dough|clay|earth|mud)|skin of (?:his|her|their) hands?|ink on (?:his|her|their) fingers)\b/iu,
  },
  {
    garment: 'hood|hooded|helm|helmet|hat|cap|cowl|veil',
    when: /\b(?:bare-?headed|(?:wet|loose|flying|windblown|dishevelled) hair|hair (?:is |hangs? |flies |falls? )?(?:loose|wet|down|flying|streaming)|(?:hat|helm|helmet|cap) (?:in|under)|hood (?:down|back))\b/iu,
  },
  { garment: 'boots?|shoes|sandals', when: /\b(?:bare-?foot(?:ed)?|bare feet|toes)\b/iu },
  {
    garment: 'cloak|coat|cape|mantle|shawl|greatcoat',
    when: /\b(?:(?:gives?|giving|lends?|hands?|lays?|puts?|drapes?|wraps?) (?:away )?(?:his|her|their|the) (?:cloak|coat|cape|mantle|shawl)|(?:cloak|coat|cape|shawl) (?:given|lent|laid|draped|over (?:someone|the|another)))\b/iu,
  },
  {
    garment: 'badge|insignia|crest|emblem|medallion|colours of the|company',
    when: /\b(?:before the (?:company|order|guild|crew)|not yet (?:a|founded|sworn|a member)|recruit|founding of)\b/iu,
  },
  {
    garment: 'armou?r|plate|mail|chainmail|breastplate|cuirass|pauldrons?|bracers?|greaves',
    when: /\b(?:unarmou?red|armou?r (?:off|set aside|laid|hangs)|dances?|dancing|gala|ball(?:room)?)\b/iu,
  },
  {
    garment: 'goggles|spectacles|glasses',
    when: /\b(?:(?:goggles|spectacles|glasses) (?:off|aside|in (?:his|her) hand)|dives?|diving|under ?water|head first)\b/iu,
  },
];
