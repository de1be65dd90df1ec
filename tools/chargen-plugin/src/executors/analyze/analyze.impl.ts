export default function analyze(): Promise<{ success: boolean }> {
  process.stdout.write('Nothing to analyze.\n');
  return Promise.resolve({ success: true });
}
