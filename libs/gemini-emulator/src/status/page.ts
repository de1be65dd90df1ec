import type { Job, JobState } from '../batches/job.js';
import type { FaultBook } from '../faults/controller.js';
import type { Services } from '../http/context.js';

export interface PageDeps {
  readonly services: Services;
  readonly faults: FaultBook;
  readonly seed: number;
}

const MOST_ROWS = 50;

/** What a person wants to know at a glance: jobs, files, what was billed, what is armed. */
export function statusPage({ services, faults, seed }: PageDeps): string {
  const { jobs, files, ledger, clock } = services;
  const billed = ledger.billed();
  const duplicates = ledger.duplicates();
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>gemini-emulator</title><style>${STYLE}</style></head><body>
<h1>gemini-emulator</h1>
<p>A stand-in for the Gemini Files and Batch API. Its pictures are drawn, not generated, and nothing here costs
anything. Clock ${escape(new Date(clock.now()).toISOString())}, seed ${seed}.</p>
<h2>Ledger</h2>
<p><b>${billed.length}</b> items served, <b>${sum(billed.map((item) => item.images))}</b> pictures,
${sum(billed.map((item) => item.inputTokens))} tokens in,
${sum(billed.map((item) => item.outputTokens))} out.
<b class="${duplicates.length > 0 ? 'bad' : ''}">${duplicates.length} paid more than once.</b></p>
${table(
  ['hash', 'times', 'keys'],
  duplicates.map((one) => [
    one.hash.slice(0, 16),
    String(one.count),
    one.items.map((item) => item.key ?? '-').join(', '),
  ]),
)}
<h2>Faults armed</h2>
${table(
  ['id', 'rule', 'seen', 'struck'],
  faults.list().map((one) => [one.id, JSON.stringify(one.rule), String(one.seen), String(one.struck)]),
)}
<h2>Jobs</h2>
${jobTable(jobs)}
<h2>Files</h2>
${fileTable(files)}
<h2>Last calls</h2>
${callTable(ledger)}
</body></html>
`;
}

function jobTable(jobs: Services['jobs']): string {
  const rows = jobs
    .all()
    .map((job) => [
      `batches/${job.id}`,
      job.displayName,
      job.model,
      stateText(job, jobs.stateOf(job)),
      String(job.requestCount),
      new Date(job.createdAt).toISOString(),
    ]);
  return table(['job', 'name', 'model', 'state', 'items', 'created'], rows);
}

function fileTable(files: Services['files']): string {
  const rows = files
    .all()
    .map((file) => [
      `files/${file.id}`,
      file.displayName ?? '',
      file.mimeType,
      String(file.size),
      file.source,
      new Date(file.expiresAt).toISOString(),
    ]);
  return table(['file', 'name', 'type', 'bytes', 'source', 'expires'], rows);
}

function callTable(ledger: Services['ledger']): string {
  const rows = [...ledger.requests()]
    .reverse()
    .map((one) => [
      one.at,
      `${one.method} ${one.path}`,
      one.status === 0 ? 'dropped' : String(one.status),
      one.displayName ?? one.resource ?? '',
      one.fault ?? '',
    ]);
  return table(['at', 'call', 'status', 'about', 'fault'], rows);
}

/** The state, and what a client of the SDK does not get to see of it. */
function stateText({ end }: Job, state: JobState): string {
  if (end?.state === 'FAILED') return `${state}: ${end.message}`;
  return end?.state === 'SUCCEEDED' && end.failed > 0 ? `${state}, ${end.failed} items failed` : state;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p class="none">none</p>';
  const row = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  const more = rows.length > MOST_ROWS ? `<p class="none">and ${rows.length - MOST_ROWS} more</p>` : '';
  return `<table>${row(head, 'th')}${rows
    .slice(0, MOST_ROWS)
    .map((cells) => row(cells, 'td'))
    .join('')}</table>${more}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#222;background:#fcfbf8}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%;font-size:.87rem}
th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #ddd;overflow-wrap:anywhere}th{color:#666}
.none{color:#777}.bad{color:#b00020}@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}
th,td{border-color:#333}th,.none{color:#999}.bad{color:#ff6b7d}}`;
