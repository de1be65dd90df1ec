/** What does the same as a flag that people try, for those that have something. */
const INSTEAD: Readonly<Record<string, string>> = {
  dryRun: 'chargen plan',
  wait: 'the environment variable CHARGEN_WAIT',
  maxCost: 'the environment variable CHARGEN_MAX_COST',
  submit: 'the environment variable CHARGEN_SUBMIT',
  takes: 'the environment variable CHARGEN_TAKES',
  retry: 'chargen retry',
  scene: 'chargen now',
  now: 'chargen now',
  force: 'chargen reroll',
};

/** Options that the plugin makes; Nx puts a flag of the same name in their place without a word. */
const OWN_OPTIONS = ['imagesDir', 'digest', 'styleFile', 'settings', 'contentRoot'] as const;

/** What Nx adds to the flags of a task by itself. */
const ADDED_BY_NX = '__overrides_unparsed__';

export function describeRefusedFlags(keys: readonly string[]): string {
  const flags = keys.map((key) => {
    const instead = INSTEAD[camelCase(key)];
    return instead === undefined ? `--${key}` : `--${key} (use ${instead})`;
  });
  return (
    `This target takes no flags: ${flags.join(', ')}. Flags would become part of the Nx hash. ` +
    'Plans, dry runs and single pictures are commands of chargen: npx chargen --help'
  );
}

/** The flags that the command line gave to a task, in the names of its `overrides`. */
export function flagsOf(overrides: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(overrides).filter((key) => key !== ADDED_BY_NX);
}

/**
 * The flags of a command line of Nx that our targets refuse for certain: those that have another way, and those that
 * would take the place of an option of the plugin. Others are refused by the executor, which knows what Nx took.
 */
export function refusedFlags(argv: readonly string[]): string[] {
  const names = argv.flatMap((word) => /^--(?:no-)?([A-Za-z][\w-]*)/.exec(word)?.[1] ?? []);
  const known = new Set<string>([...Object.keys(INSTEAD), ...OWN_OPTIONS]);
  return [...new Set(names)].filter((name) => known.has(camelCase(name)));
}

/** `--style-file` is `styleFile` to Nx. */
function camelCase(key: string): string {
  return key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
