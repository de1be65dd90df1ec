/** The maker of the pictures, as records name it. There is one; docs/architecture.md lists what a second would touch. */
export const PROVIDER = 'google-gemini';
