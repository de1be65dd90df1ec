/** `npm run test:long`: whole samples, long random runs and big sizes of what `npm test` tests in small. */
export const IS_LONG = process.env['CHARGEN_LONG'] !== undefined;

/** How many random cases a property has, in `npm test` and in `npm run test:long`. */
export function cases(usual: number, long: number): number {
  return IS_LONG ? long : usual;
}
