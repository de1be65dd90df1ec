/** What is to be said below a benchmark's table: why a number is what it is, and what was done about it. */
export const REMARKS: Readonly<Record<string, readonly string[]>> = {
  'noop-rerun': [
    'The aim is missed by a little. Nothing is read twice any more and the engine is not loaded (it was 1.37 when both ' +
      'were so). What is left: some two tenths of a second to load the plugin, half of them for zod (below); as much to ' +
      'make 120 projects of 1,800 scenes, with their digests and references; and a tenth to look at sizes and times of ' +
      '3,600 files, before the tasks and after them, so that no edited picture is restored over. A bundle of our own ' +
      'would load faster, and would hold a second copy of what the engine loads.',
  ],
};
