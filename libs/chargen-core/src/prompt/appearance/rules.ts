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
    'brow ridges?|hair|haired|beards?|bearded|moustaches?|mustaches?|whiskers|stubble|eyes?|pupils?|irises|eyebrows?|brows?|eyelashes|lashes|cheeks?|cheekbones?|chins?|jaws?|jawline|jowls|nose|nosed|nostrils?|mouth|lips?|tooth|teeth|tusks?|fangs?|ears?|foreheads?|complexion|freckles?|freckled|moles?|beauty mark|birthmarks?|dimples?|wrinkles?|scales|scaled|fur|furred|horns?|antlers?|tails?|wings?|claws?|frills?|hide|manes?|braids?|plaits?|mohawk|ponytail|topknot|dreadlocks|curls?|ringlets?|scalp|bald|balding|tonsured|skull|veins|skin|skinned|scars?|tattoos?|tattooed|burn scar|features|flecks?|streak|crest|feathers|gills?|conduits?|snout|muzzle|beak|hooves|whorls?|calluses|callused|wounds?|bruises?|bruised|blush|flush|warts?|scabs?|scabbed|stubbled|growth|goatee|sideburns|bun|bob|fringe|plumage|antennae|mandibles|carapace|pelt|hump|paws?|talons|pores|hairline|buzz cut|crew cut|pixie cut|undercut|chignon|afro|heterochromia|cowlick|crow’s feet|physiognomy',
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
    'shoulders?|shouldered|chest|chested|barrel-chested|arms?|forearms?|elbows?|wrists?|hands?|palms?|fingers?|thumbs?|knuckles|fingernails|nails|legs?|thighs?|knees?|foot|feet|eyelids|lids|soles|heel|ankles?|belly|paunch|navel|neck|throat|collarbones?|temples?|back|hips?|waist|head|toes?|veins?|bones?|sinew',
  ),
  rule(
    'identity',
    3,
    true,
    'man|woman|guy|gentleman|person|form|silhouette|operative|boy|girl|child|youth|teenager|adult|elder|male|female|lady|human|humanoid|half-elf|half-elven|elf|elven|dwarf|dwarven|gnome|halfling|orc|half-orc|goblin|dragonborn|tiefling|giant|giantess|creature|beast|android|automaton|construct|ghost|hermit|twins?|widow|matriarch|patriarch|warforged|fae|faun|centaur|troll|ogre|undead|vampire',
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
    'powerful|young|youthful|elderly|mature|tall|short|shorter|taller|stocky|lean|lanky|wiry|muscular|slender|slim|slight|burly|gaunt|portly|plump|stout|sturdy|heavyset|heavy-set|broad|broad-shouldered|stooped|compact|athletic|rangy|petite|thin|skinny|bulky|hulking|obese|scrawny|robust|towering|statuesque|long-limbed|barrel-bellied|short-legged|middle-aged|elderly|ancient|grizzled|weathered|pregnant|handsome|beautiful|clean-shaven|bearded|webbed|translucent|prosthetic|grey-haired|silver-haired|dark-skinned|limp|four-armed|squat|willowy|sinewy|aging|ageing|sunburnt|sunburned|cybernetic|clockwork|bionic|wizened|leathery|pale|hunched|hunchbacked|curvy|curvaceous|beefy|brawny|spindly|spry|toned|teenaged?',
  ),
  rule(
    'identity',
    4,
    false,
    'in (?:his|her|their|its) (?:early |mid |mid-|late )?(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties)|(?:early|mid|late)[ -](?:teens|twenties|thirties|forties|fifties|sixties|\\d0s)|years old|of (?:about )?(?:twenty|thirty|forty|fifty|sixty|seventy|eighty)(?:-\\w+)?|perhaps (?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|twenty)|(?:two|three|four|five|six|seven|eight|nine) feet(?: tall)?|is about \\w+|of [\\w-]+(?: [\\w-]+)? (?:heritage|descent|ancestry|lineage|stock)|heritage|of medium height|average height|middle years|size of a \\w+|bitten nails|missing (?:the|two|three|a|an|his|her|one|half)',
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
  rule('attire', 3, false, '(?:is|are|was) (?:\\w+ )?(?:dressed|outfitted|clothed|garbed|attired|clad)'),
  rule('setting', 2, false, 'appearance$'),
  rule(
    'identity',
    8,
    false,
    'stands? (?:[a-z]+ )?(?:tall|(?:at |about |around |just |barely |nearly |almost |over |under |well |a |some )+(?:[\\w\u2019-]+ )?(?:feet|foot|inches|\\d))|with (?:an? )(?:[\\w-]+ )?limp|limps|carved by|developed (?:through|from)',
  ),
  rule('identity', 6, false, '(?:his|her|their|its) (?:[\\w-]+,? ){0,3}(?:skin|hair|scales|fur) (?:is|are)'),
  // Attire: what is put on.
  rule(
    'attire',
    4,
    true,
    'medals?|attire|wardrobe|raiment|regalia|finery|apparel|ensemble|vestments|plating|earpiece|outfit|garb|clothes|clothing|garments?|coats?|greatcoat|overcoat|cloaks?|cloaked|tunics?|breeches|trousers|pants|leggings|boots?|shoes|sandals|slippers|robes?|robed|dress|gowns?|frock|nightgown|armou?r|armou?red|chainmail|mail|breastplate|cuirass|pauldrons?|spaulders?|bracers?|vambraces?|greaves|gauntlets?|gloves?|hats?|tricorn|hood|hooded(?! (?:[\\w-]+ )?(?:eyes|lids|gaze))|helms?|helmets?|caps?|scarf|scarves|shawls?|veil|cowls?|aprons?|shirts?|blouses?|skirts?|stockings|jackets?|vests?|jerkin|waistcoats?|doublets?|surcoats?|tabard|capes?|half-cape|mantles?|belts?|belted|sash|bandoliers?|harness|goggles|spectacles|glasses|monocle|eyepatch|(?:nose|lip|ear|eyebrow|ring) piercing|piercings|earrings?|hoops?|signet ring|necklace|chain of office|medallions?|amulets?|pendants?|lockets?|circlets?|crowned|tiara|brooch|bracelets?|armbands?|arm bands?|collars?|cuffs?|sleeves?|sleeved|hem|lace|lining|embroidered|uniform|livery|habit|kilt|smock|pinafore|shift(?! (?:in|with|from|to|between|green|blue|gr[ae]y|colou?r))|heels|stilettos|suspenders|bowtie|bow tie|suit|jumpsuit|bandages?|barefoot|goatskin|loincloth|straps?|stitching|buttons?|buttoned|tool roll|pouches|ribbons?|crest|iron collar|clasp|buckles?|insignia|epaulettes|sunburst|leathers|furs|fabrics|undergarments?|underlayers|bodice|chemise|badge|emblem|wedding band|fasteners|gorget|studs|oilskin|longcoat|gambeson|hauberk|baldric|coveralls|overalls|cravat|visor|tassels?|tights|hoodie|sweater|jeans|sneakers|headband|headscarf|kerchief|neckerchief|bandanna|bandana|turban|hijab|kimono|sari|toga|poncho|duster|parka|brigandine|plackart|tassets|sabatons|(?:shoulder|knee|arm|shin|wrist|forearm|elbow|thigh) (?:guards?|pads?|plates?)|headdress|diadem|choker|torc|cufflinks|wraps?|trim|filigree|gear',
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
    'wears|wearing|outfitted|equipped|dresses|enveloped|encased|dressed|clad|clothed|adorned (?:with|in)|wrapped in|garbed|attired|crowned with|decked|decorated with|encases|fastened|laced|shod',
  ),
  rule(
    'attire',
    6,
    false,
    '(?:shrouded|veiled|swathed|masked|muffled) (?:in|by|behind|under|beneath)|pinned (?:to|on|at) (?:his|her|their|its)|pierced (?:with|by)|emblazoned|embroidery|high at the neck|pushed (?:back|up) (?:by|on)|(?:each|both) capped|capped with|sleeves? rolled|held back by|threaded with|tied at|hangs? from (?:his|her|their) shoulders|(?:pinned|fastened|secured) (?:\\w+ )?(?:with|by)|sizes? too (?:big|large|small)|cinched|clasped at the throat|drapes? over',
  ),
  // Pose and props: what the body does, and what it holds or carries.
  rule(
    'pose',
    6,
    false,
    'holds|holding|held (?:aloft|loosely|out|close|high)|grips|gripping|grasps|grasping|clutch(?:es|ing)|clasped|clenched|carr(?:y|ies|ying)|wield(?:s|ing)|brandish(?:es|ing)|cradl(?:es|ing)|leans|leaning|sits(?! (?:slightly|low|high|above|askew))|sitting|seated|kneels|kneeling|crouch(?:es|ing)|squat(?:s|ting)|perch(?:es|ed|ing)|lounges|reclin(?:es|ing)|slouch(?:es|ing)|cross-legged|stands? (?:with|at|in|on|before|beside|by|tall|ready|alert)|standing (?:with|at|in|on|before|beside|by|ready)|rests?|resting|(?:arms|hands|fingers) (?:(?:is|are) )?(?:folded|crossed|clasped|steepled|raised|outstretched|behind)|folded across|gestur(?:es|ing)|points?(?: (?:at|to|toward))|pointing|reach(?:es|ing) (?:for|out)|twirls|tosses|toys? with|drums?|flexes|fidget(?:s|ing)|turns? the page|bends|bending|hauls|hauling|mends|mending|sharpen(?:s|ing)|kneads|wipes|smokes|offers|peers|strid(?:es|ing)|mid-stride|walks? (?:toward|along|through)|runs? (?:toward|along)|striking a|supports (?:her|his)|lowers (?:her|his) head|looks (?:straight|directly|back|over|out)|hugging|balances|balanced|propped|planted|hovers|slung|strapped to (?:his|her|their) back|hangs? (?:at|over|by|from a loop)|hanging (?:at|from|by)|tucked (?:under|behind|into|in)|behind one ear|at attention|at (?:his|her|their|the) (?:side|hip|feet|belt)|on (?:his|her|their) hip|at (?:the |his |her |their )?(?:hips?|waist|belt)$|on (?:the |his |her |their )?back$|gestures?|in (?:his|her|their) (?:left|right|other)$|in (?:one|each|either|both) hand|one hand|one arm|(?:his|her|their) weight|constant companions?|twists|snarls|lunges|rais(?:es|ed|ing)|drawn|turning (?:an?|the|over) |hooked (?:in|into|through|over)|(?:hands?|fists?|fingers?|knuckles|arms?) (?:\\w+ ){0,3}(?:wrapped|curled|closed|clasped|locked|folded|tightened|white) (?:around|about|over|on)|always fidgets|movements|moves|in prayer|elbows on|weight always|mid-swing|flung out|lie at|caught mid|in hand|at the ready|in (?:his|her|their|its) (?:grip|grasp|lap)|between (?:his|her|their|its) (?:teeth|fingers)|cocked|crouched|hunched over|poised|akimbo|stance|mid-(?:stride|swing|step|motion|air|leap|sentence|gesture|turn|flight|fall)|coiled to|curled up|busy with|at work on',
  ),
  rule(
    'pose',
    4,
    true,
    'hammer|warhammer|mattock|swords?|greatsword|longsword|scimitars?|rapier|sabre|dagger|knife|knives|blades?|axe|axes|halberd|spear|lance|mace|bow|longbow|crossbow|arrows?|quiver|shield|staff|wand|cane|walking stick|stick(?! out)|hatchets?|whistle|gaff|harpoon|poker|crutch|lantern|torch held|lamp|book|tome|ledger|scrolls?|parchment|map|chart|quill|pen|satchel|basket|sack|rope|coil|boathook|net|oar|spyglass|telescope|sextant|pipe|tankard|mug|cup|bowl|goblet|apple|coin|lockpick|tool|tools|calipers|lute|harp|flute|hunting horn|riding crop|whip|firearm|firearm-like|pistol|musket|rifle|device|hoe|spade|hilt|pommel|hounds?|companion|raven|falcon|cat|familiar|trident|saber|recurve bow|flask|trowel|ladle|sledgehammer|needle|slate|chalk|loupe|pages?|papers|crowbar|toolbox|toolkit|backpack|knapsack|haversack|wrench|pouch|string of pearls|ink on (?:his|her) cuffs|infant|sling',
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
    'in (?:his|her|their|its|the) (?:boot|waistband|belt|pocket|garter|sleeve)|in (?:his|her|their|one|each|either|both) [\\w, -]*hands?(?! (?:scarred|is|are))|moves? with|held (?:wide|open|apart)|in an? (?:[\\w-]+ )?gesture|(?:is|are) (?:\\w+ )?(?:engaged|busy|occupied) (?:in|with)',
  ),
  rule(
    'pose',
    4,
    false,
    'dripping wet|lips moving|ready (?:to|for)|posture (?:always|is)|primary weapon|mounted|astride|rides|posture',
  ),
  rule(
    'setting',
    14,
    false,
    'blending into|intent on|in the face of duty|essence of|embod(?:y|ies)|magic user|highlighting (?:his|her|their) (?:\\w+ )?(?:power|role|status|nature)|carr(?:y|ies) (?:him|her|it|them)sel(?:f|ves)|carried (?:him|her|it|them)sel(?:f|ves)|moves like|forever ready',
  ),
  // Setting: what belongs to the moment of the portrait, or cannot be seen.
  rule(
    'setting',
    7,
    false,
    'behind (?:him|her|them|it)(?! (?:hang|trails))|behind (?:him|her|them)|background|backdrop|in the distance|set against|set in|is set|the (?:scene|painting|image|portrait|lighting|mood|atmosphere)|oil strokes|brushstrokes|brushwork|chiaroscuro|stretch away|gazing (?:toward|into|at)|no wind|there (?:is|are) (?:something|a|an)|(?:looks?|seems?|appears?) like (?:an?|someone) (?:[\\w-]+ )+(?:who|that)|(?:looks?|seems?) like (?:an?|someone)(?: [\\w-]+)? (?:man|woman|person|boy|girl|one)$|surrounded by|in front of|against (?:an?|the) (?:[\\w-]+ )*(?:wall|sky|background|backdrop)|(?:rendered|painted|depicted) (?:in|with|as)|in an? (?:[\\w-]+,? )*(?:style|painting|portrait|illustration)|(?:portrait|painting|shot|view|close-up|illustration|depiction|photograph|image|rendering|sketch|bust) of|^other [a-z-]+|^the (?:[\\w-]+ )?style|at first glance|oil painting|digital painting|(?:painting|art|illustration) style|photorealistic|cinematic|bokeh|depth of field|close-up',
  ),
  rule(
    'setting',
    4,
    true,
    'light(?:ing)?(?! (?:leather|armou?r|brown|blue|green|grey|gray|hair|skin|mail|frame|stubble|beard))|candles|shadows?(?! of (?:a )?(?:stubble|beard))|dusk|dawn|twilight|nightfall|sunset|rain|snow|drifts|sky|skies|horizon|rooftops|masts|window|doorway|office|room|mist|fog|smoke(?![ -]gr[ae]y)|steam|frost|storm|clouds?|neon',
  ),
  rule(
    'setting',
    4,
    false,
    'lit|backlit|glow(?:s|ing)?|glint of light|flicker(?:s|ing)?|shadowed|stars are|stormy (?:sea|sky|skies)|sea$|forge burns|dust hangs',
  ),
  rule(
    'setting',
    6,
    true,
    'bearing(?=$|,| that| of)|expressions?|countenance|enigma|halo|demeanou?r|presence|gaze|stare|glare|smiles?|smiling|grin|frown|scowl|smirk|sneer|body language|mouth (?:half )?open|(?:eyes|brows?|mouth|lips|jaw) (?:is |are )?(?:wide|half[ -]closed|narrowed|closed|downcast|fixed|pressed|curled|pursed|clenched)|glances?|humou?r|temper|^behind the|the viewer|air|aura|authority|menace|patience|confidence|nervousness|sorrow|grief|calm|weariness|determination|resolve|wisdom|competence|personality|mood|impression|vibes?|charisma|grace|swagger|charm|candlelight|lamplight|firelight|torchlight|moonlight|sunlight|daylight|voice|smells?|flames?|sparks?',
  ),
  rule(
    'setting',
    6,
    false,
    '(?:an?|his|her|their|its) (?:[\\w-]+,? ){0,3}bearing|military bearing|(?:slightly |softly )?parted lips|lips (?:slightly )?parted|depth of|reminders? of|puts? you in mind|makes? you think|mask of|looks? (?:\\w+ly )?\\w+(?:ed|ing|ful|ous|less)$|looking (?:almost |slightly |faintly |rather |somewhat )?(?:[a-z]+y|[a-z]+ed|anxious|tired|sad|proud)$|mementos?|souvenir|palette|(?<!\\b(?:in|with) (?:an?|his|her|their) (?:[\\w-]+,? ){0,3})style$|(?:colou?r|earth|skin)? ?tones? with|overall (?:impression|effect|presence)|catch(?:es|ing)? the (?:\\w+ )?light|complet(?:es|ing) the (?:look|image|picture)|captured in|in a moment of|cementing|mirroring|observing|emphasi[sz](?:es|ing)|convey|reflects?|projects?|suggest|hints?|represents|intellect|downcast|fixedly|steadily|commands? respect|respects|rivals?|everyone|years of demanding|magic(?:al)? manifests|as if catching|despite (?:the|his|her|their)|incongruous|regardless|showing (?:his|her|their) teeth|based on the|adding (?:an?|the)|in this (?:image|portrait|painting)|casts? (?:an?|its|the)|marking (?:him|her|them) as|full of|doubt|humou?r|marks of an?|assess(?:es|ing)?|sees? everything|approval|exhaustion|miss(?:es|ing)? (?:nothing|little)|look of|looks? (?:as if|faintly|like someone|tired|worried|amused|proud)|radiates|exudes|projecting|conveys|conveying|energy|temper|suggest(?:s|ing)|hint(?:s|ing) (?:at|of)|signif(?:ies|ying)|symboli[sz](?:es|ing)|reflecting|representing|visibly marking|marking (?:his|her|their) (?:transition|status|rank|role)|testament|speaks? of|the mark of|belies|as if|lend(?:s|ing)? (?:him|her|them)|that serve|though there|contrasting|laughs|partner to|lost in|(?:deep )?in thought|slow to|quick to|prone to|humble|unassuming|speaks?|blinks?|whispers?|comfortable (?:with|around|in)|quieter|friend of|known for|loyal|loyalty|distant and tired|so that only|crinkle|kindly|watchful|wry|eyes? carr(?:y|ies)|holds? the weight|carr(?:y|ies) (?:a|the) weight|(?:years|life|lifetime) of|hard[ -]won',
  ),
];

/** How much more the first noun counts: it is what the clause speaks of. */
export const SUBJECT_BONUS = 2.5;

/** Words with which a clause can begin after a comma; before any other word a comma only parts two adjectives. */
export const CLAUSE_STARTERS =
  'moves|stands|sits|walks|carries|wears|holds|keeps|speaks|tends|has|is|are|was|were|a|an|the|his|her|its|their|my|one|two|three|four|both|each|all|most|\\w+ly|much|every|no|some|several|he|she|it|they|with|without|in|on|at|over|under|beneath|behind|above|below|from|across|around|about|like|as|of|and|but|or|while|though|who|whose|which|that|where|when|now|once|often|usually|always|also|still|then|almost|nearly|barely|half|another|\\w+ing|\\w+ed|worn|held|hung|cut|tied|lit|drawn|clad|bound|slung|caught|set|mouth|eyes|arms|hands|fingers|hair|cloak|helm|weight|lips|head|paler';

/** Words before which a clause ends without a comma. */
export const BREAKS_BEFORE =
  'so that|(?<!(?:that|which|who|she|he|it|they)\\s)(?:(?:suggest|convey|reflect|project|radiate)s?|hints? at)|(?<!developed\\s)from (?:years|decades|a lifetime) of|as (?:his|her|he|she|they|their)|(?<=(?:ears|build|frame|hands)\\s)betrays?|(?<=(?:eyes?|face|features)\\s)(?:carry|carries|betrays?|flash(?:es)?|dance|narrow|seem to|search(?:es)?|scan|linger|bore|reflects?|speaks?|radiates?|gazes|stares|glares|gaze|stare|glow|look|peer|watch|crinkle|sparkle|twinkle|burn|dart)|catch(?:es|ing)? the|pierced (?:with|by)|resting (?:on|upon|against)|from beneath|amidst|in an?(?=[^,;]*\\b(?:coat|cloak|robes?|gown|dress|tunic|shirt|armou?r|hood|hat|cape|uniform|apron|jacket|mail)\\b)|(?:is|are) (?:pushed|held|tied) back by|(?<!(?:that|which|who)\\s)(?:now )?(?:often |frequently )?holds? (?:a|an)|(?<!(?:ed|ing|ous|moves|speaks|walks)\\s)with|adorned in|(?<!(?:is|are|was)\\s)secured (?:with|by)|(?<=(?:eyes|brows|lips|mouth)\\s)(?:is|are) (?:wide|half|narrowed|closed|downcast|fixed|pressed|curled|pursed|clenched)|surrounded by|in front of|rendered in|decorated with|in an?(?=(?: [\\w-]+,?)* (?:style|painting|portrait|illustration)\\b)|wearing|holding|carrying|gripping|clutching|brandishing|wielding|whose|who|which|that|clad in|dressed in|wrapped in|(?<!ly\\s)adorned with|crowned with|threaded with|(?<!(?:is|are)\\s)framed by|from which|featuring|possessing|revealing|signifying|reflecting|projecting|contrasting|capped with|belted with|though there|(?<!appearing\\s)as if|reinforced with|crossed by|(?<!(?:from|evident|visible|hidden|flow|seen|just)\\s)beneath|while|showing|with (?:an? )(?:[\\w-]+ )?limp|limps|carved by|developed (?:through|from)|crafted from|giving|consisting of|accented by';

/** A clause that only says how the thing just named lies or shades off has the kind of that thing, in any words. */
export const INHERITS =
  'held (?:up |together |in place )?by|strains (?:across|against)|(?:clings?|clung|hung|fell|reached) (?:to|over|about|around|down|past)|from (?:(?:\\w+ )?(?:years|decades|months|hours)|a lifetime) of|(?:crafted|made|built|forged|carved|woven|cut|composed|fashioned|wrought|sewn|stitched together) (?:from|of|out of)|(?:accented|streaked|flecked|tinged|mottled|dappled|shot|trimmed|lined|edged|embroidered|inlaid|studded|etched|engraved|worn) (?:by|with|from|in)\\b(?! by)|(?:falling|hanging|reaching|flowing|trailing|cascading|spilling|tumbling|extending|sweeping|curving|curling|ending|stretching) (?:down|past|to|over|from|in|below|back|about|across|behind|around)|(?:swallows?|covers?|conceals?|hides?|reach(?:es)?|falls?|hangs?|trails?|brush(?:es)?|drapes?) (?:his|her|their|its|to|past|over|from|down|most|much|the|loosely)|(?:that|which)\\s+(?:features?|displays?|shows?|rests?|falls?|hangs?|drapes?|trails?|flows?|reach(?:es)?|(?:seems?|appears?)(?! to)|(?:is|are)\\s+(?:secured|tied|held|bound|fastened))|(?:transitioning|fading|shading|tapering)|to (?:a )?(?:brilliant|bright|dark|pale|white|silver|black|grey)';

/** How much a word of the lexicon counts, for which no rule above is written, and the verb of a clause. */
export const WEIGHTS = {
  noun: 2,
  adjective: 1,
  verb: 5.5,
  ongoing: 5.5,
  hand: 8,
  look: 6,
  governed: 0.5,
  named: 3,
  object: 0.5,
  unknown: 3,
} as const;

/** What the nouns of the lexicon speak of. */
export const WORD_KINDS = {
  attire: 'attire',
  body: 'identity',
  person: 'identity',
  prop: 'pose',
  place: 'setting',
  mind: 'setting',
} as const satisfies Record<string, ClauseKind>;

/** Words for people that are too many for the lexicon: "ferryman", "bell-ringer" is none. */
export const PERSON_SUFFIX = 'man|men|woman|women|smith|maker|keeper|wright|monger|boy|girl|herd';

/** Verbs that say how something is and not what somebody does; their nouns decide. */
export const STATE_VERBS =
  'is are has was does goes might may could can must glow miss be have wear possess bear keep own boast sport feature show display reveal expose frame cover run reach fall hang flow cascade spill tumble curl extend brush trail rise sweep drape gleam mark cross obscure hide conceal taper fade shade end begin grow sprout jut protrude emerge curve arch twist wind wrap encircle circle dot dust pepper match complement accentuate border edge line part split dominate surround fill lack lose appear seem look belong come dress consist include measure weigh live stretch swallow crown top adorn decorate ring band fit hug suit favour favor prefer use shine glint shimmer glitter sparkle catch support secure fasten hold stay remain age turn thin form make give lend set style tie pull braid cut shave crop';

/** Parts of the body with which something is done. */
/** What hands do, in the plural. */
export const HAND_VERBS =
  'rest|lie|hang|hold|grip|grasp|clutch|clasp|cradle|work|move|fold|toy|drum|play|press|reach|point';

export const HAND_NOUNS =
  'hands?|fists?|fingers?|thumbs?|palms?|arms?|elbows?|feet|foot|boots?|knees?|legs?|fingertips?|knuckles|paws?|claws?|talons?';

/** Adverbs that do not end in "ly", and words that say how often. */
export const HEAD_ADVERBS =
  'and|but|while|as|often|usually|always|sometimes|now|never|seldom|still|also|almost|ever|once|just|then|even|found|seen|caught|shown|when';

/** Words that mean something else in most descriptions of looks than in the lexicon. */
export const NO_LEXICON =
  'strawberry potato fringe professional layer layers appearance petal petals orb orbs feature area extra fast kind seal fox simple visible only patient stick lock mop mark marks line lines light dark square fan trunk jet beetle bent guard striking';

/** What is always done with the whole body, though the lexicon has other meanings first. */
export const POSE_VERBS =
  'strum pluck play snap work walk present serve drink eat read write drag dangle tip stand sit lie kneel lean crouch perch squat rest hover loom';

/** Parts that say what somebody feels, if all that is said of them is of the mind: "alert, wary eyes". */
export const FACE_NOUNS = 'eyes?|face|features|mouth|brow|look';

/** What can be seen of eyes or of a face, whatever else is said of them. */
export const COLOURS =
  'weathered|lined|wrinkled|scarred|freckled|lean|gaunt|thin|long|angular|square|small|large|big|wide|narrow|round|deep-set|hooded|heavy-lidded|close-set|sunken|bloodshot|clear|bright|mismatched|black|white|grey|gray|silver|red|blue|green|brown|hazel|amber|violet|yellow|gold|golden|purple|pink|orange|copper|bronze|pale|dark|light|ruddy|olive|tan|steel|steely|emerald|blonde?|auburn';

/** Adjectives of the mind that the lexicon lacks, or takes for others. */
export const MIND_WORDS =
  'sharp alert watchful knowing shrewd kind kindly wise warm keen observant calculating piercing intelligent cunning weary tired sad gentle cold cruel stern fierce intense alive mischievous haunted vacant wary scanning smiling laughing soulful humble unassuming friendly serious solemn';

/** Behind a clause of light these say what the light does, whatever it falls on. */
export const LIGHT_DOES =
  'highlighting|illuminating|bathing|emphasi[sz]ing|casting|throwing|accentuating|filtering|revealing|glinting|reflecting|catching|creating|giving|lending|adding';

/** Words behind which a word in "ing" is no action of the person: "from loading crates", "is holding". */
export const NO_ACTION_BEHIND =
  'is|are|was|were|be|been|by|of|from|for|after|before|while|and|or|without|through|in|on|at|often|always|usually|never|rarely|sometimes|now|still|seen|found|caught|busy|when|as|a|an|the|his|her|its|their|to|with|who|that|which';
