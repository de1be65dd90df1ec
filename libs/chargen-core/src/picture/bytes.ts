/** Big-endian, 16 bits. A place behind the end reads as 0: callers check lengths first. */
export function uint16be(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0);
}

export function uint32be(bytes: Uint8Array, at: number): number {
  return uint16be(bytes, at) * 0x10000 + uint16be(bytes, at + 2);
}

export function uint16le(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 0x100;
}

export function uint24le(bytes: Uint8Array, at: number): number {
  return uint16le(bytes, at) + (bytes[at + 2] ?? 0) * 0x10000;
}

export function uint32le(bytes: Uint8Array, at: number): number {
  return uint16le(bytes, at) + uint16le(bytes, at + 2) * 0x10000;
}

/** Four characters, each byte one of them. */
export function fourCharacters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Whether the bytes are, as far as they go, the beginning of a signature (undefined: any byte fits). */
export function startsLike(bytes: Uint8Array, signature: readonly (number | undefined)[]): boolean {
  return signature.every(
    (expected, index) => index >= bytes.length || expected === undefined || bytes[index] === expected,
  );
}
