/** The maker of the pictures, as records name it. There is one; docs/architecture.md lists what a second affects. */
export const PROVIDER = 'google-gemini';
