/** A pointer file is smaller than this by its specification; anything longer is not looked at. */
const MAX_POINTER_BYTES = 1024;

/** The versions that git-lfs itself reads: its own, and those of the time before it had its name. */
const VERSIONS: ReadonlySet<string> = new Set([
  'https://git-lfs.github.com/spec/v1',
  'https://hawser.github.com/spec/v1',
  'http://git-media.io/v/2',
]);

/**
 * What a Git LFS pointer stands for: `oid` is the sha256 (hex) of the real content, `size` its length in
 * bytes. Undefined for anything else. Read as leniently as git-lfs does (CRLF, no final newline), since a
 * pointer that is taken for a picture would be uploaded as one.
 * Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 */
export function parseLfsPointer(bytes: Uint8Array): { oid: string; size: number } | undefined {
  if (bytes.length === 0 || bytes.length > MAX_POINTER_BYTES || bytes[0] !== 'v'.charCodeAt(0)) {
    return undefined;
  }
  const [first, ...rest] = new TextDecoder().decode(bytes).trimEnd().split(/\r?\n/);
  const version = /^version (\S+)$/.exec(first ?? '')?.[1];
  if (version === undefined || !VERSIONS.has(version)) return undefined;
  let oid: string | undefined;
  let size: number | undefined;
  for (const line of rest) {
    oid ??= /^oid sha256:([0-9a-f]{64})$/.exec(line)?.[1];
    const digits = /^size (\d{1,15})$/.exec(line)?.[1];
    if (digits !== undefined) size ??= Number(digits);
  }
  return oid === undefined || size === undefined ? undefined : { oid, size };
}
