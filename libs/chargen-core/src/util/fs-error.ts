/** Whether a file operation failed because there is no such file. Anything else must not be taken for that. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
};

/** Why a file could not be read, for people, without a full stop. */
export function whyUnreadable(error: unknown): string {
  const known = Object.entries(REASONS).find(([code]) => hasCode(error, code));
  return known?.[1] ?? (error instanceof Error ? error.message : String(error));
}
