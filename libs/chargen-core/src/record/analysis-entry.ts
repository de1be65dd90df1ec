import { posix } from 'node:path';
import { projectionDigest, slugOf, type Entity } from '../content/index.js';
import { askedMark, typeAnswer, type AnalysisFile, type PictureAnalysis } from '../recipe/index.js';
import { asJson, type Json } from '../util/canonical-json.js';

type Fields = Readonly<Record<string, Json>>;
export type AnalyzedFile = Extract<AnalysisFile, { kind: 'analyzed' }>;

/** Without what is not known. */
function fieldsOf(fields: Readonly<Record<string, unknown>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, asJson(value)]])),
  );
}

function isReference(entity: Entity, file: AnalyzedFile): boolean {
  const path = posix.join(entity.root, file.picture.path);
  return entity.pictures.some((picture) => picture.paths.includes(path));
}

/** An entry of `picture_analysis`. What prompts use is written only if the picture is a reference. */
export function sectionEntry(entity: Entity, file: AnalyzedFile): Json {
  const found: PictureAnalysis = typeAnswer(file.analysis);
  const forPrompts = isReference(entity, file)
    ? {
        archetype: found.archetype,
        traits: found.traits,
        attire: found.attire,
        palette: found.palette,
        style: found.style,
      }
    : {};
  const entry = fieldsOf({
    picture: file.picture.path,
    title: found.title,
    description: found.description,
    alt_text: found.alt_text,
    tags: found.tags,
    ...forPrompts,
    mood: found.mood,
    canon:
      found.canon === undefined
        ? undefined
        : { matches: found.canon.matches, contradictions: found.canon.contradictions },
    model: file.provenance.model,
    analyzed_at: file.provenance.finishedAt,
    task_key: file.item,
    asked: file.asked === undefined ? undefined : askedMark(file.asked),
  });
  return { ...entry, projection: projectionDigest(entry) };
}

/**
 * The same for a character inventory, in its own words: the whole entry of a picture that the inventory does not
 * list, and of it the findings that an author's entry may be given.
 */
export function inventoryFields(
  entity: Entity,
  file: AnalyzedFile,
): { readonly entry: Fields; readonly findings: Fields } {
  const found: PictureAnalysis = typeAnswer(file.analysis);
  const { path } = file.picture;
  const name = posix.basename(path, posix.extname(path));
  const { canon } = found;
  const findings = fieldsOf({
    image_type: found.image_type,
    image_subtype: found.image_subtype,
    lighting: found.lighting,
    palette: found.palette,
    canon_analysis:
      canon === undefined
        ? undefined
        : {
            matches_description: canon.matches,
            verified_features: canon.verified_features,
            notes: canon.contradictions.join('; '),
          },
    traits: isReference(entity, file) ? found.traits : undefined,
    attire: isReference(entity, file) ? found.attire : undefined,
  });
  const entry = fieldsOf({
    id: `${entity.slug}-${slugOf(name)}`,
    path,
    type: 'imported',
    // Approving a picture is for people.
    status: 'pending',
    content: fieldsOf({
      title: found.title,
      description: found.description,
      alt_text: found.alt_text,
      tags: found.tags,
      suggested_filename:
        found.suggested_filename === undefined ? undefined : slugOf(found.suggested_filename),
      composition_notes: found.composition,
    }),
    ...findings,
    provenance: {
      source: 'imported',
      created_at: file.provenance.finishedAt,
      original_filename: posix.basename(path),
      analysis_model: file.provenance.model,
      analysis_timestamp: file.provenance.finishedAt,
    },
  });
  return { entry, findings };
}
