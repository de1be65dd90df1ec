/** The style file of a new world. */
export const STYLE = `# The look of the whole world. Everything here goes into every prompt, so keep it short:
# say how a picture is made, not what is in it.
style: >
  Ink and watercolour on rough paper, with one clear source of light.

negative_prompt:
  - text or lettering
  - watermark
`;
