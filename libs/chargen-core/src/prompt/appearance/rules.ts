/** What a clause of an appearance is about. `setting` is all that no picture of the person must repeat. */
export const CLAUSE_KINDS = ['identity', 'attire', 'pose', 'setting'] as const;
export type ClauseKind = (typeof CLAUSE_KINDS)[number];

/** A rule of the splitter, as data: a new line needs no code. */
export interface ClauseRule {
  readonly kind: ClauseKind;
  /** How much one match counts for its kind; the kind with the most wins. */
  readonly weight: number;
  /** True for nouns: the first noun of a clause is its subject, and counts for more. */
  readonly isNoun: boolean;
  /** Source of a regular expression, matched as whole words without regard to case. */
  readonly pattern: string;
}

function rule(kind: ClauseKind, weight: number, isNoun: boolean, words: string): ClauseRule {
  return {
    kind,
    weight,
    isNoun,
    pattern: words
      .trim()
      .split(/\s*\|\s*/)
      .join('|'),
  };
}

/** The name of a field in front of a colon decides for all that follows: "Prop: a rolled chart". */
export const LABELS: readonly { readonly kind: ClauseKind; readonly pattern: string }[] = [
  {
    kind: 'identity',
    pattern:
      'hair|eyes?|skin|scales|fur|features?|face|build|body|age|race|species|height|scars?|tattoos?|marks?|distinguishing (?:marks|features)|complexion|beard|horns|prosthetics?|appearance|identity|physique|ears?|hands?',
  },
  {
    kind: 'attire',
    pattern: 'attire|clothing|clothes|outfit|wears|armou?r|jewell?ery|dress|costume|uniform|accessories',
  },
  {
    kind: 'pose',
    pattern:
      'props?|weapons?|pose|posture|stance|gestures?|carries|equipment|tools?|gear|items?|movements?|holding',
  },
  {
    kind: 'setting',
    pattern:
      'expressions?|role|vibe|voice|mood|background|setting|light|lighting|body language|demeanou?r|personality|aura|energy|presence|gaze|speech|smell|philosophy|symbolism|style|atmosphere',
  },
];

/** Verbs and turns of phrase decide before nouns do. */
export const CLAUSE_RULES: readonly ClauseRule[] = [
  // Identity: what stays with the person from picture to picture.
  rule(
    'identity',
    3,
    true,
    'hair|haired|beards?|bearded|moustaches?|mustaches?|whiskers|stubble|eyes?|pupils?|irises|eyebrows?|brows?|eyelashes|lashes|cheeks?|cheekbones?|chins?|jaws?|jawline|jowls|nose|nosed|nostrils?|mouth|lips?|tooth|teeth|tusks?|fangs?|ears?|foreheads?|complexion|freckles?|freckled|moles?|beauty mark|birthmarks?|dimples?|wrinkles?|scales|scaled|fur|furred|horns?|antlers?|tails?|wings?|claws?|frills?|hide|manes?|braids?|plaits?|mohawk|ponytail|topknot|dreadlocks|curls?|ringlets?|scalp|bald|balding|tonsured|skull|veins|skin|skinned|scars?|tattoos?|tattooed|burn scar|features|crest|feathers|gills?|conduits?|snout|muzzle|beak|hooves|whorls?|calluses|callused',
  ),
  rule(
    'identity',
    3,
    true,
    'face|faced|build|built|frame|physique|figure|stature|height|body|limbs?|torso|muscles',
  ),
  rule(
    'identity',
    1,
    true,
    'shoulders?|shouldered|chest|chested|barrel-chested|arms?|forearms?|elbows?|wrists?|hands?|palms?|fingers?|thumbs?|knuckles|fingernails|nails|legs?|thighs?|knees?|foot|ankles?|belly|paunch|navel|neck|throat|collarbones?|temples?|back|hips?|waist|head|toes?|veins?|bones?|sinew',
  ),
  rule(
    'identity',
    3,
    true,
    'man|woman|boy|girl|child|youth|teenager|adult|elder|male|female|lady|human|humanoid|half-elf|half-elven|elf|elven|dwarf|dwarven|gnome|halfling|orc|half-orc|goblin|dragonborn|tiefling|giant|giantess|creature|beast|android|automaton|construct|ghost|hermit|twins?|widow|matriarch|patriarch|warforged|fae|faun|centaur|troll|ogre|undead|vampire',
  ),
  rule(
    'identity',
    2,
    true,
    'captain|sergeant|commander|merchant|innkeeper|monk|wizard|warlock|paladin|bargeman|knight|soldier|queen|king|priest|priestess|sailor|rower|hunter|healer|smith|blacksmith|farmer|fisherman|fisherwoman',
  ),
  rule(
    'identity',
    3,
    false,
    'young|youthful|elderly|mature|tall|short|shorter|taller|stocky|lean|lanky|wiry|muscular|slender|slim|slight|burly|gaunt|portly|plump|stout|sturdy|heavyset|heavy-set|broad|broad-shouldered|stooped|compact|athletic|rangy|petite|thin|skinny|bulky|hulking|obese|scrawny|robust|towering|statuesque|long-limbed|barrel-bellied|short-legged|middle-aged|elderly|ancient|grizzled|weathered|pregnant|handsome|beautiful|clean-shaven|bearded|webbed|translucent|prosthetic|grey-haired|silver-haired|dark-skinned|limp|four-armed',
  ),
  rule(
    'identity',
    4,
    false,
    'in (?:his|her|their|its) (?:early |mid |mid-|late )?(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties)|(?:early|mid|late)[ -](?:teens|twenties|thirties|forties|fifties|sixties|\\d0s)|years old|of (?:about )?(?:twenty|thirty|forty|fifty|sixty|seventy|eighty)(?:-\\w+)?|perhaps (?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|twenty)|(?:two|three|four|five|six|seven|eight|nine) feet(?: tall)?|is about \\w+|of medium height|average height|middle years|size of a \\w+|bitten nails|missing (?:the|two|three|a|an|his|her|one|half)',
  ),
  rule(
    'identity',
    3,
    false,
    'mechanical|prosthesis|wooden peg|brass leg|iron hand|notch|notched|withered|swollen|claw marks|stained from|gnarled|tanned|sun-browned|ruddy|umber|olive|tattoos? curl|moss grows|copper wires|arcane conduits',
  ),
  rule(
    'identity',
    4,
    false,
    '(?:his|her|their|its) (?:\\w+ )?(?:forearms?|hands?|arms?|fingers|legs?|back|shoulders|neck|wrists|palms|knuckles|feet|head) (?:is|are|has|have|bears?|shows?)',
  ),
  rule('identity', 8, false, 'carved by|developed (?:through|from)'),
  rule('identity', 6, false, '(?:his|her|their|its) (?:[\\w-]+,? ){0,3}(?:skin|hair|scales|fur) (?:is|are)'),
  // Attire: what is put on.
  rule(
    'attire',
    4,
    true,
    'attire|outfit|garb|clothes|clothing|garments?|coats?|greatcoat|overcoat|cloaks?|cloaked|tunics?|breeches|trousers|pants|leggings|boots?|shoes|sandals|slippers|robes?|robed|dress|gowns?|frock|nightgown|armou?r|armou?red|chainmail|mail|breastplate|cuirass|pauldrons?|spaulders?|bracers?|vambraces?|greaves|gauntlets?|gloves?|hats?|tricorn|hood|hooded|helms?|helmets?|caps?|scarf|scarves|shawls?|veil|cowls?|aprons?|shirts?|blouses?|skirts?|stockings|jackets?|vests?|jerkin|waistcoats?|doublets?|surcoats?|tabard|capes?|half-cape|mantles?|belts?|belted|sash|bandoliers?|harness|goggles|spectacles|glasses|monocle|eyepatch|(?:nose|lip|ear|eyebrow|ring) piercing|piercings|earrings?|hoops?|signet ring|necklace|chain of office|medallions?|amulets?|pendants?|lockets?|circlets?|crowned|tiara|brooch|bracelets?|armbands?|collars?|cuffs?|sleeves?|sleeved|hem|lace|lining|embroidered|uniform|livery|habit|kilt|smock|pinafore|shift|suit|jumpsuit|bandages?|barefoot|goatskin|loincloth|straps?|stitching|buttons?|buttoned|tool roll|pouches|ribbons?|crest|iron collar|clasp|buckles?|insignia|epaulettes|sunburst|leathers|furs|fabrics|undergarments?|underlayers|bodice|chemise|badge|emblem|wedding band|fasteners|gorget|studs|oilskin|longcoat',
  ),
  rule(
    'attire',
    2,
    true,
    'rings?|chain|silk|wool|linen|velvet|brocade|leather|canvas|plate|bells|plated|pockets|fabric|jewels?|jewell?ery|gold thread',
  ),
  rule(
    'attire',
    4,
    false,
    'wears|wearing|dresses|enveloped|encased|dressed|clad|clothed|adorned with|wrapped in|garbed|attired|crowned with|decked|encases|fastened|laced|shod',
  ),
  rule(
    'attire',
    6,
    false,
    'pinned (?:to|on|at)|pierced (?:with|by)|emblazoned|embroidery|high at the neck|pushed (?:back|up) (?:by|on)|(?:each|both) capped|capped with|sleeves? rolled|held back by|threaded with|tied at|hangs? from (?:his|her|their) shoulders',
  ),
  // Pose and props: what the body does, and what it holds or carries.
  rule(
    'pose',
    6,
    false,
    'holds|holding|held (?:aloft|loosely|out|close|high)|grips|gripping|grasps|grasping|clutch(?:es|ing)|clasped|clenched|carr(?:y|ies|ying)|wield(?:s|ing)|brandish(?:es|ing)|cradl(?:es|ing)|leans|leaning|sits(?! (?:slightly|low|high|above|askew))|sitting|seated|kneels|kneeling|crouch(?:es|ing)|squat(?:s|ting)|perch(?:es|ed|ing)|lounges|reclin(?:es|ing)|slouch(?:es|ing)|cross-legged|stands? (?:with|at|in|on|before|beside|by|tall|ready|alert)|standing (?:with|at|in|on|before|beside|by|ready)|rests?|resting|(?:arms|hands|fingers) (?:(?:is|are) )?(?:folded|crossed|clasped|steepled|raised|outstretched|behind)|folded across|gestur(?:es|ing)|points?(?: (?:at|to|toward))|pointing|reach(?:es|ing) (?:for|out)|twirls|tosses|toys? with|drums?|flexes|fidget(?:s|ing)|turns? the page|bends|bending|hauls|hauling|mends|mending|sharpen(?:s|ing)|kneads|wipes|smokes|offers|peers|strid(?:es|ing)|mid-stride|walks? (?:toward|along|through)|runs? (?:toward|along|through)|striking a|supports (?:her|his)|lowers (?:her|his) head|looks (?:straight|directly|back|over|out)|hugging|balances|balanced|propped|planted|hovers|slung|strapped to (?:his|her|their) back|hangs? (?:at|over|by|from a loop)|hanging (?:at|from|by)|tucked (?:under|behind|into)|behind one ear|at attention|at (?:his|her|their|the) (?:side|hip|feet|belt)|on (?:his|her|their) hip|at hip|in (?:his|her|their) (?:left|right|other)$|in (?:one|each|either|both) hand|one hand|one arm|(?:his|her|their) weight|constant companions?|twists|snarls|lunges|rais(?:es|ed|ing)|drawn|hooked in|always fidgets|movements|moves|in prayer|elbows on|weight always|mid-swing|flung out|lie at|caught mid',
  ),
  rule(
    'pose',
    4,
    true,
    'hammer|warhammer|mattock|swords?|greatsword|longsword|scimitars?|rapier|sabre|dagger|knife|knives|blades?|axe|axes|halberd|spear|lance|mace|bow|longbow|crossbow|arrows?|quiver|shield|staff|wand|cane|walking stick|stick(?! out)|hatchets?|whistle|gaff|harpoon|poker|crutch|lantern|torch held|lamp|book|tome|ledger|scrolls?|parchment|map|chart|quill|pen|satchel|basket|sack|rope|coil|boathook|net|oar|spyglass|telescope|sextant|pipe|tankard|mug|cup|bowl|goblet|apple|coin|lockpick|tool|tools|calipers|lute|harp|flute|hunting horn|riding crop|whip|firearm|firearm-like|pistol|musket|rifle|device|hoe|spade|hilt|pommel|hounds?|raven|falcon|cat|familiar|trident|saber|recurve bow|flask|trowel|ladle|sledgehammer|needle|string of pearls|ink on (?:his|her) cuffs|infant|sling',
  ),
  rule(
    'pose',
    8,
    false,
    '(?:he|she|it|they) (?:stands?|sits?)$|(?:cloak|cape|hair|robes?) (?:billowing|flying|streaming)|helm(?:et)? under|(?:arms|hands|fingers) (?:is |are )?(?:clasped|folded|crossed|bound|raised)',
  ),
  rule(
    'pose',
    9,
    false,
    'in (?:his|her|their|one|each|either|both) [\\w, -]*hands?|moves? with|held (?:wide|open|apart)|in an? (?:[\\w-]+ )?gesture|(?:is|are) (?:\\w+ )?(?:engaged|busy|occupied) (?:in|with)',
  ),
  rule(
    'pose',
    4,
    false,
    'dripping wet|lips moving|ready (?:to|for)|primary weapon|mounted|astride|rides|posture',
  ),
  rule(
    'setting',
    14,
    false,
    'blending into|in the face of duty|essence of|embod(?:y|ies)|magic user|highlighting (?:his|her|their) (?:\\w+ )?(?:power|role|status|nature)|carr(?:y|ies) (?:him|her|it|them)sel(?:f|ves)|moves like|forever ready',
  ),
  // Setting: what belongs to the moment of the portrait, or cannot be seen.
  rule(
    'setting',
    7,
    false,
    'behind (?:him|her|them|it)(?! (?:hang|trails))|behind (?:him|her|them)|background|backdrop|in the distance|set against|set in|is set|the (?:scene|painting|image|portrait|lighting|mood|atmosphere)|oil strokes|brushstrokes|brushwork|chiaroscuro|stretch away|gazing (?:toward|into|at)|no wind',
  ),
  rule(
    'setting',
    4,
    false,
    'lit|backlit|glow(?:s|ing)?|glint of light|light(?:ing)?(?! (?:leather|armou?r|brown|blue|green|grey|gray|hair|skin|mail|frame))|candles|flicker(?:s|ing)?|shadows?|shadowed|dusk|dawn|twilight|nightfall|sunset|rain|snow|drifts|sky|skies|stars are|stormy (?:sea|sky|skies)|sea$|horizon|rooftops|masts|window|doorway|forge burns|office|room|dust hangs|mist|fog',
  ),
  rule(
    'setting',
    6,
    true,
    'expressions?|demeanou?r|presence|gaze|stare|glare|smiles?|smiling|grin|frown|scowl|smirk|sneer|body language|mouth (?:half )?open|(?:eyes|brows?) (?:wide|half[ -]closed|narrowed|closed|downcast|fixed)|air|aura|authority|menace|patience|confidence|nervousness|sorrow|grief|calm|weariness|determination|resolve|wisdom|competence|personality|mood|candlelight|lamplight|firelight|torchlight|moonlight|sunlight|daylight|voice|smells?|flames?|sparks?',
  ),
  rule(
    'setting',
    6,
    false,
    '(?:an?|his|her|their|its) (?:[\\w-]+,? ){0,3}bearing|military bearing|(?:slightly |softly )?parted lips|lips (?:slightly )?parted|depth of|reminders? of|overall (?:impression|effect|presence)|catch(?:es|ing)? the (?:\\w+ )?light|complet(?:es|ing) the (?:look|image|picture)|captured in|in a moment of|cementing|mirroring|observing|emphasi[sz](?:es|ing)|convey|reflects?|projects?|suggest|hints?|represents|intellect|intent on|downcast|fixedly|steadily|commands? respect|respects|rivals?|everyone|years of demanding|magic(?:al)? manifests|as if catching|despite (?:the|his|her|their)|incongruous|regardless|showing (?:his|her|their) teeth|based on the|adding (?:an?|the)|in this (?:image|portrait|painting)|casts? (?:an?|its|the)|marking (?:him|her|them) as|full of|doubt|humou?r|marks of an?|assess(?:es|ing)?|sees? everything|approval|exhaustion|heritage|look of|looks? (?:as if|faintly|like someone|tired|worried|amused|proud)|radiates|exudes|projecting|conveys|conveying|energy|temper|suggest(?:s|ing)|hint(?:s|ing) (?:at|of)|signif(?:ies|ying)|symboli[sz](?:es|ing)|reflecting|representing|visibly marking|marking (?:his|her|their) (?:transition|status|rank|role)|testament|speaks? of|the mark of|belies|as if|lend(?:s|ing)? (?:him|her|them)|that serve|though there|contrasting|laughs|partner to|comfortable (?:with|around|in)|quieter|friend of|known for|loyal|loyalty|distant and tired|so that only|crinkle|kindly|watchful|wry|eyes? carr(?:y|ies)|carr(?:y|ies) (?:a|the) weight|(?:years|life|lifetime) of|hard[ -]won',
  ),
];

/** How much more the first noun counts: it is what the clause speaks of. */
export const SUBJECT_BONUS = 2.5;

/** Words with which a clause can begin after a comma; before any other word a comma only parts two adjectives. */
export const CLAUSE_STARTERS =
  'is|are|was|were|a|an|the|his|her|its|their|my|one|two|three|four|both|each|all|most|\\w+ly|much|every|no|some|several|he|she|it|they|with|without|in|on|at|over|under|beneath|behind|above|below|from|across|around|about|like|as|of|and|but|or|while|though|who|whose|which|that|where|when|now|once|often|usually|always|also|still|then|almost|nearly|barely|half|another|\\w+ing|\\w+ed|worn|held|hung|cut|tied|lit|drawn|clad|bound|slung|caught|set|mouth|eyes|arms|hands|fingers|hair|cloak|helm|weight|lips|head|paler';

/** Words before which a clause ends without a comma. */
export const BREAKS_BEFORE =
  'so that|(?<!(?:that|which|who|she|he|it|they)\\s)(?:(?:suggest|convey|reflect|project|radiate)s?|hints? at)|(?<!developed\\s)from (?:years|decades|a lifetime) of|as (?:his|her|he|she|they|their)|(?<=eyes\\s)(?:gaze|stare|glow|look|peer|watch|crinkle|sparkle|twinkle|burn|dart)|catch(?:es|ing)? the|pierced (?:with|by)|resting (?:on|upon|against)|from beneath|amidst|in an?(?=[^,;]*\\b(?:coat|cloak|robes?|gown|dress|tunic|shirt|armou?r|hood|hat|cape|uniform|apron|jacket|mail)\\b)|(?:is|are) (?:pushed|held|tied) back by|(?<!(?:that|which|who)\\s)(?:now )?(?:often |frequently )?holds? (?:a|an)|(?<!(?:ed|ing|ous)\\s)with|wearing|holding|carrying|gripping|clutching|brandishing|wielding|whose|who|which|that|clad in|dressed in|wrapped in|(?<!ly\\s)adorned with|crowned with|threaded with|(?<!(?:is|are)\\s)framed by|from which|featuring|possessing|revealing|signifying|reflecting|projecting|contrasting|capped with|belted with|though there|(?<!appearing\\s)as if|reinforced with|crossed by|(?<!(?:from|evident|visible|hidden|flow|seen|just)\\s)beneath|while|showing|carved by|developed (?:through|from)|crafted from|giving|consisting of|accented by';

/** A clause that only says how the thing just named lies or shades off has the kind of that thing, in any words. */
export const INHERITS =
  '(?:that|which)\\s+(?:features?|displays?|shows?|rests?|falls?|hangs?|drapes?|trails?|flows?|reach(?:es)?|seems?|appears?|(?:is|are)\\s+(?:secured|tied|held|bound|fastened))|(?:transitioning|fading|shading|tapering)|to (?:a )?(?:brilliant|bright|dark|pale|white|silver|black|grey)';
