/** Who makes the pictures, as records say it. There is one; docs/architecture.md says what a second would touch. */
export const PROVIDER = 'google-gemini';
