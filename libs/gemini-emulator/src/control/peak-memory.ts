import { readFileSync } from 'node:fs';

/**
 * The most resident memory that this process had, in bytes. What getrusage calls maximum resident size may be that of the
 * process that started this one (Linux keeps it over fork and exec), so Linux's own figure of the process is taken if
 * there is one: VmHWM in proc(5).
 */
export function peakMemory(): number {
  return highWaterMark() ?? process.resourceUsage().maxRSS * 1024;
}

function highWaterMark(): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    // Another system.
    return undefined;
  }
}
