import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { findDuplicates } from './duplicates.js';
import { parseLedger, type LedgerEntry } from './read.js';
import type { BilledItem, Duplicate, Ledger, LedgerRequest } from './types.js';

/** In memory, and line by line in a file if one is named, so that a killed process has lost nothing. */
export class LedgerBook implements Ledger {
  private readonly seenRequests: LedgerRequest[] = [];
  private readonly items: BilledItem[] = [];
  private readonly linesByJob = new Map<string, Set<number>>();

  /** @param file continued if it exists */
  constructor(private readonly file: string | undefined) {
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) return;
    const text = readFileSync(file, 'utf8');
    for (const entry of parseLedger(text, file)) this.keep(entry);
    // A line that a killed process left unfinished would spoil the next one.
    const whole = text.lastIndexOf('\n') + 1;
    if (whole < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, whole)));
  }

  add(entry: LedgerEntry): void {
    this.keep(entry);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  /** Whether this line of a job was billed before, in an earlier process on the same state. */
  hasBilled(job: string, line: number): boolean {
    return this.linesByJob.get(job)?.has(line) ?? false;
  }

  requests(): readonly LedgerRequest[] {
    return [...this.seenRequests];
  }

  billed(): readonly BilledItem[] {
    return [...this.items];
  }

  duplicates(): readonly Duplicate[] {
    return findDuplicates(this.items);
  }

  private keep(entry: LedgerEntry): void {
    if (entry.type === 'request') {
      this.seenRequests.push(entry);
      return;
    }
    this.items.push(entry);
    if (entry.job === null || entry.line === undefined) return;
    const lines = this.linesByJob.get(entry.job) ?? new Set<number>();
    lines.add(entry.line);
    this.linesByJob.set(entry.job, lines);
  }
}
