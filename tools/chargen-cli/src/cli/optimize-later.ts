/** By the major version of Node: what V8 calls the amount of work after which it optimizes a function. */
const FLAGS: Readonly<Record<string, string>> = {
  // Eight times the default.
  20: '--interrupt-budget=540672',
  // Four times the default.
  22: '--invocation-count-for-turbofan=12000',
};

/**
 * Has V8 optimize functions (TurboFan, in a thread of its own) only if they do much more work than usual. A command ends
 * within seconds: of the processor time of planning 1,758 scenes a third was optimizing, which never paid off. Nothing in
 * other versions, which do not have the flag (V8 would print an error) or do not gain by it.
 */
export function optimizeLater(): void {
  const [major = ''] = process.versions.node.split('.');
  const flag = FLAGS[major];
  // Not imported: help needs none of it.
  if (flag !== undefined) process.getBuiltinModule('node:v8').setFlagsFromString(flag);
}
