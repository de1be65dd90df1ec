/**
 * Whether a command line of Nx runs one of the targets that lead to ours; other runs do not concern the plugin. If
 * those are not known, any run may be one.
 */
export function runsOurTargets(argv: readonly string[], leading: ReadonlySet<string> | undefined): boolean {
  if (leading === undefined) return true;
  const words = argv.flatMap((word) => word.replace(/^--?[a-z-]+=/, '').split(/[,:]/));
  return words.some((word) => leading.has(word));
}
