import { hasKey, isDataMap, pathText } from '../data.js';
import type { Entity, PromptPart, Scene } from '../entity.js';
import { Fields } from '../lenient.js';
import { Notebook } from '../notebook.js';
import type { ReaderInput, ReaderOutcome } from '../reader.js';
import { nameOfSlug } from '../slug.js';
import { checkSlug, checkType, isTypeWord } from './entity-check.js';
import { demandedParts, describedParts, hourIn, negativeTerms, ownLight, silencedIn } from './parts.js';
import { listedReferences, ownScene, peopleIn, portraitRefs, zoneOf } from './references.js';
import { SceneIds } from './scene-ids.js';
import { stateParts, statesIn } from './states.js';
import { aspectRatioOf, imageSizeOf, modelOf, ownSettingsOf } from './settings.js';
import {
  ANY_PROMPT,
  type Spot,
  type LocationKeys,
  overviewSpots,
  zoneSpots,
  beatSpots,
  baseZones,
} from './location-spots.js';
import { anchorParts, zoneParts, placeColours, nameParts } from './location-parts.js';

export function isLocation(input: ReaderInput): boolean {
  const { data } = input;
  if (!isDataMap(data)) return false;
  const metadata = data['metadata'];
  const type =
    (isDataMap(metadata) ? metadata['entity_type'] : undefined) ?? data['entity_type'] ?? undefined;
  if (type !== undefined) return isTypeWord(type, 'location');
  return (
    input.folderType === 'location' &&
    ['metadata', 'overview', 'zones'].some((key) => isDataMap(data[key]) || Array.isArray(data[key]))
  );
}

/** Whether a zone has a key; `zones` is a list or a map. */
export function hasZoneWith({ data }: ReaderInput, key: string): boolean {
  const zones = isDataMap(data) ? data['zones'] : undefined;
  const all: readonly unknown[] = Array.isArray(zones) ? zones : isDataMap(zones) ? Object.values(zones) : [];
  return all.some((zone) => hasKey(zone, key));
}

/** Reads a location whose dialect was recognised. */
export function readLocation(input: ReaderInput, keys: LocationKeys): ReaderOutcome {
  const book = new Notebook(input.file);
  const root = new Fields(isDataMap(input.data) ? input.data : {}, [], book);
  const metadata = root.map('metadata') ?? new Fields({}, ['metadata'], book);
  checkType(input, 'location', root, ['metadata', 'entity_type']);
  checkSlug(input, metadata.text('slug', 'location_slug'), metadata);
  const defaults = root.map('generation_defaults') ?? metadata.map('generation_defaults');
  const model = modelOf(defaults);
  const name =
    metadata.text('name', 'location_name')?.text ?? root.text('name')?.text ?? nameOfSlug(input.folder);
  const spots = [...overviewSpots(root, keys), ...zoneSpots(root, keys), ...beatSpots(root, keys)];
  const bases = baseZones(spots, book);
  const anchor = anchorParts(root, metadata);
  const ids = new SceneIds(book, new Set());
  const named = new Map<Spot, string>();
  for (const spot of spots) {
    const { fields } = spot;
    const id =
      spot.nameless === true
        ? ids.claimNameless('has neither a slug nor a name', fields)
        : spot.id === undefined
          ? ids.claimTitle(spot.title, fields)
          : ids.claim(spot.id, fields);
    if (id !== undefined) named.set(spot, id);
  }
  const scenes = [...named].map(([spot, id]): Scene => {
    const base = bases.get(spot);
    const baseId = base === undefined ? undefined : named.get(base);
    return readSpot({ input, name, keys, spot, id, defaults, model, anchor, base: baseId, root });
  });
  if (scenes.length === 0) book.warn('no-scenes', 'This location asks for no picture.', []);
  const essence = root.text('one_line_essence') ?? metadata.text('one_line_essence');
  const entity: Entity = {
    type: 'location',
    slug: input.folder,
    dialect: keys.dialect,
    root: input.root,
    file: input.file,
    name,
    ...(essence === undefined ? {} : { description: essence.text }),
    tags: metadata.words('tags'),
    ...silencedIn(root),
    traits: [],
    pictures: [],
    scenes,
  };
  return { entity, diagnostics: book.diagnostics };
}

interface SpotReading {
  readonly input: ReaderInput;
  /** Of the location. */
  readonly name: string;
  readonly keys: LocationKeys;
  readonly spot: Spot;
  readonly id: string;
  readonly defaults: Fields | undefined;
  readonly model: string | undefined;
  readonly anchor: readonly PromptPart[];
  readonly base: string | undefined;
  readonly root: Fields;
}

function readSpot({ input, name, keys, spot, id, defaults, model, anchor, base, root }: SpotReading): Scene {
  const { fields, around } = spot;
  const prompt = fields.text(...keys.prompt, ...ANY_PROMPT);
  const zone = spot.kind === 'zone' ? around : undefined;
  const people = peopleIn(fields, 'depicts_characters', 'character_refs', 'characters_present');
  const outer = around === undefined ? undefined : peopleIn(around, 'character_refs', 'characters_present');
  const states = stateParts(fields, statesIn(fields, people.references));
  const described = [
    ...nameParts(spot, name),
    ...describedParts(fields, zone ?? around),
    ...people.parts,
    ...states,
    ...zoneParts(zone),
    ...anchor,
    ...placeColours(fields, root),
  ];
  const demanded = [...demandedParts(fields, zone), ...states, ...ownLight(fields), ...zoneParts(zone)];
  const mood = fields.text('scene_mood', 'mood') ?? around?.text('scene_mood', 'mood');
  const zoneDefaults = zone?.map('default_prompt_elements') ?? fields.map('default_prompt_elements');
  const colours = prompt === undefined ? root.map('location_visual_anchor')?.map('color_anchors') : undefined;
  const beatZone =
    spot.kind === 'beat' ? (fields.text('zone_ref', 'zone') ?? around?.text('zone_ref', 'zone')) : undefined;
  const references = [
    ...people.references,
    ...(outer?.references ?? []),
    ...portraitRefs(fields, input.root),
    ...listedReferences(fields, input.root),
    ...(around === undefined ? [] : listedReferences(around, input.root)),
    ...(beatZone === undefined ? [] : [zoneOf(input.folder, beatZone.text, beatZone.at)]),
    ...(base === undefined ? [] : [ownScene(base, [...(around ?? fields).at, 'base_zone'])]),
  ];
  const settings = [fields, around, defaults].filter((one) => one !== undefined);
  const own = ownSettingsOf(fields);
  const promptOf = prompt && { prompt: prompt.text, promptSource: `${input.file} ${pathText(prompt.at)}` };
  return {
    id,
    title: spot.title,
    ...promptOf,
    parts: prompt === undefined ? described : demanded,
    ...(mood === undefined ? {} : { mood: mood.text }),
    ...hourIn(fields, around),
    ...silencedIn(fields),
    negative: [...negativeTerms([fields, zoneDefaults, defaults]), ...(colours?.list('avoid') ?? [])],
    aspectRatio: aspectRatioOf(settings, '16:9'),
    imageSize: imageSizeOf(settings),
    references,
    ...(model === undefined ? {} : { model }),
    ...own,
    tags: fields.words('tags'),
    at: fields.at,
    file: input.file,
    place: {
      kind: spot.kind,
      ...(spot.zone === undefined ? {} : { zone: spot.zone }),
      ...(spot.zoneName === undefined ? {} : { zoneName: spot.zoneName }),
    },
  };
}
