import { describe, expect, it } from 'vitest';
import { inspectPicture, parseLfsPointer } from '../src/picture/index.js';

const OID = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize 12345\n`;

function parse(text: string): { oid: string; size: number } | undefined {
  return parseLfsPointer(Buffer.from(text));
}

describe('a Git LFS pointer', () => {
  it('tells the digest and the length of the real picture', () => {
    expect(parse(POINTER)).toEqual({ oid: OID, size: 12345 });
    expect(inspectPicture(Buffer.from(POINTER))).toEqual({ kind: 'lfs-pointer', oid: OID, size: 12345 });
  });

  it.each([
    ['with CRLF', POINTER.replaceAll('\n', '\r\n')],
    ['without a final newline', POINTER.trimEnd()],
    ['with an extension', POINTER.replace('oid ', `ext-0-foo sha256:${'a'.repeat(64)}\noid `)],
    ['of the time before git-lfs had its name', POINTER.replace('git-lfs', 'hawser')],
  ])('is read as git-lfs reads it: %s', (_name, text) => {
    expect(parse(text)).toEqual({ oid: OID, size: 12345 });
  });

  it.each([
    ['empty', ''],
    ['without a size', POINTER.replace(/size.*\n/, '')],
    ['without a digest', POINTER.replace(/oid.*\n/, '')],
    ['with a digest that is cut', POINTER.replace(OID, OID.slice(1))],
    ['with another digest than sha256', POINTER.replace('sha256', 'sha1')],
    ['of an unknown version', POINTER.replace('v1', 'v9')],
    ['text about pointers', `A pointer begins so:\n${POINTER}`],
    ['longer than a pointer may be', POINTER + '\n'.repeat(1024)],
  ])('is nothing else: %s', (_name, text) => {
    expect(parse(text)).toBeUndefined();
  });
});
