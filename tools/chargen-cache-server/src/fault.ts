/** An answer that is not the wanted one, with words for whoever reads the log of a build. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
