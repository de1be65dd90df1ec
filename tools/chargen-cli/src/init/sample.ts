export const SAMPLE_PATH = 'characters/ada-tollgate/imagery.yaml';

export const SAMPLE_CHARACTER = `# yaml-language-server: $schema=../../../node_modules/chargen-core/schema/imagery.schema.json
entity_type: character
name: Ada Tollgate
description: Keeps the toll gate on the hill road and knows everybody who passed.
appearance: >
  A broad-shouldered woman of sixty with a grey plait over one shoulder, a green coat with one
  brass button missing, and reading glasses on a cord.
scenes:
  - id: evening-count
    title: The evening count
    prompt: >
      Ada sits on the doorstep of her toll house at dusk and counts the day's coins into a tin,
      holding one up to the last light. The road runs away downhill behind her.
    aspect_ratio: "4:3"
`;
