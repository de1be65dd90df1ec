/** An answer that is not the wanted one, with a message for the log of a build. */
export class Fault extends Error {
  override readonly name = 'Fault';

  /** Its sender has no right to have the body read, or it is too large to be. */
  readonly unread: boolean;

  constructor(
    readonly status: number,
    message: string,
    options: ErrorOptions & { readonly unread?: boolean } = {},
  ) {
    super(message, options);
    this.unread = options.unread ?? false;
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
