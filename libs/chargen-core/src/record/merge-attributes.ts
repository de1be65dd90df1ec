import { join } from 'node:path';
import { APPROVAL_FILE } from '../content/index.js';
import { isInRepository } from '../util/in-repository.js';
import { replaceIfUnchanged } from '../util/replace-authored.js';
import { textOf } from './authored-text.js';
import { bytesAt } from './lay-file.js';

/** Git keeps the lines of both sides: two people may review pictures of one entity at the same time. */
const RULE = `**/${APPROVAL_FILE} merge=union`;

/**
 * Adds the rule for approval files to the workspace's .gitattributes, unless it has one for them, and changes nothing
 * else in it. Outside of a git repository, and in a file that is not UTF-8, nothing is written: the approvals are then
 * only harder to merge.
 */
export async function mergeByLines(workspaceRoot: string): Promise<void> {
  if (!isInRepository(workspaceRoot)) return;
  const path = join(workspaceRoot, '.gitattributes');
  const bytes = await bytesAt(path);
  const text = bytes === undefined ? '' : textOf(bytes);
  if (text === undefined || text.includes(APPROVAL_FILE)) return;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text.endsWith('\n') ? '' : end;
  await replaceIfUnchanged(path, bytes, `${text}${gap}${RULE}${end}`);
}
