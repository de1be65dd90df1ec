/** The version of the key's own rule. Raising it would make every picture of the world pending. */
export const KEY_VERSION = 1;
