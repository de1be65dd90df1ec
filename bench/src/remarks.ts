/** What is to be said below a benchmark's table: why a number is what it is, and what was done about it. */
export const REMARKS: Readonly<Record<string, readonly string[]>> = {
  'noop-rerun': [
    'The aim is missed, and two causes are in the table. In a cached rerun some recipes are still read: the check for ' +
      'edited pictures looks at about one entity in twelve anew in each run, and where it looks at one the whole engine is ' +
      'loaded for it (`chargen-core` below, about a third of a second), where else it is not needed. And each ' +
      '`imagery.yaml` is opened some four times by the processes of one run (15 scenes an entity). Neither is mended yet.',
  ],
};
