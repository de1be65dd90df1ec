import { posix } from 'node:path';
import { z } from 'zod';
import { APPROVAL_FILE, type Entity, type LocatedDiagnostic } from '../content/index.js';

/** What a person decided about a picture. */
const VERDICTS = ['approved', 'rejected'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The longest note; it stands in one line of the file. */
export const MAX_NOTE = 2000;

/** One line of an approval file. Fields that a newer version adds stay, since other lines are written back as they are. */
const lineSchema = z.looseObject({
  /** The scene's id. */
  scene: z.string().min(1),
  verdict: z.enum(VERDICTS),
  /** sha256 (hex) of the picture that was judged: another picture of the scene is not reviewed. */
  picture: z.string().regex(/^[0-9a-f]{64}$/),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Why it was rejected, or what to keep in mind. */
  note: z.string().optional(),
});
export type ApprovalLine = z.infer<typeof lineSchema>;

interface ReadLine {
  /** As it stands in the file. */
  readonly text: string;
  readonly line: ApprovalLine;
}

export interface ApprovalText {
  readonly lines: readonly ReadLine[];
  /** Lines that are not what chargen writes; the file is not written while there are any. */
  readonly problems: readonly LocatedDiagnostic[];
}

/** The approval file of an entity, relative to the workspace. */
export function approvalPath({ root }: Pick<Entity, 'root'>): string {
  return posix.join(root, APPROVAL_FILE);
}

/**
 * Reads an approval file: JSON, one line a scene, so that git merges the lines of two reviewers. A merge may leave
 * several lines of a scene. A line that cannot be read keeps no other one out.
 */
export function readApprovalText(text: string, file: string): ApprovalText {
  const lines: ReadLine[] = [];
  const problems: LocatedDiagnostic[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (raw.trim() === '') continue;
    const read = readLine(raw);
    if (typeof read !== 'string') lines.push({ text: raw, line: read });
    else {
      problems.push({
        severity: 'error',
        code: 'approval-damaged',
        message: `${read} The approvals of the other lines count. Nothing is written to this file until it is corrected.`,
        file,
        line: index + 1,
        column: 1,
        excerpt: raw,
      });
    }
  }
  return { lines, problems };
}

/** The line, or why it is none, as a sentence with what to do. */
function readLine(raw: string): ApprovalLine | string {
  if (/^(?:<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)/.test(raw))
    return 'A merge was not finished here. Delete its marks (<<<<<<<, |||||||, =======, >>>>>>>) and keep all other lines.';
  let data: unknown;
  try {
    data = JSON.parse(raw);
  } catch {
    return 'This line is not JSON: it was cut short or changed. Delete it, and review its scene again.';
  }
  const parsed = lineSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  return `This line is not what chargen writes${where}. Delete it, and review its scene again.`;
}

/**
 * The line that counts for a picture of a scene: the latest one. Of two at the same moment the rejection counts, since
 * it is the one that a person acts on. Undefined if the picture was not reviewed.
 */
export function lineFor(
  { lines }: ApprovalText,
  scene: string,
  picture: string | undefined,
): ApprovalLine | undefined {
  return lines
    .map(({ line }) => line)
    .filter((line) => line.scene === scene && line.picture === picture)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.verdict === 'rejected' ? -1 : 1))[0];
}

/** The text with one line for a scene in place of all that it had; without any if `next` is undefined. */
export function withApprovalLine(
  { lines }: ApprovalText,
  scene: string,
  next: ApprovalLine | undefined,
): string {
  const others = lines.filter(({ line }) => line.scene !== scene);
  const all = next === undefined ? others : [...others, { text: JSON.stringify(next), line: next }];
  return all
    .sort((a, b) => compare(a.line.scene, b.line.scene) || compare(a.line.at, b.line.at))
    .map(({ text }) => `${text}\n`)
    .join('');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
