/**
 * What the scenario needs of a client. The engine of chargen has one that it works with every day; `plainClient` is
 * another, for servers that are compared without it.
 */
export interface ConformanceClient {
  findModel(id: string, signal: AbortSignal): Promise<unknown>;
  uploadFile(
    upload: { readonly path: string; readonly mimeType: string; readonly displayName: string },
    signal: AbortSignal,
  ): Promise<{ readonly name: string; readonly uri: string; readonly state: string }>;
  /** Undefined if it is gone. */
  findFile(name: string, signal: AbortSignal): Promise<{ readonly state: string } | undefined>;
  listFiles(signal: AbortSignal): AsyncIterable<{ readonly name: string }>;
  /** False if the service refuses it, as it does for result files. */
  deleteFile(name: string, signal: AbortSignal): Promise<boolean>;
  createBatch(
    request: { readonly model: string; readonly inputFile: string; readonly displayName: string },
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'created'; readonly batch: { readonly name: string } }
    | { readonly kind: 'rejected'; readonly error: { readonly message: string } }
    /** A job may or may not exist. */
    | { readonly kind: 'uncertain'; readonly why: string }
  >;
  getBatch(name: string, signal: AbortSignal): Promise<BatchView | undefined>;
  listBatches(signal: AbortSignal): AsyncIterable<{ readonly name: string; readonly displayName: string }>;
  downloadFile(name: string, path: string, signal: AbortSignal): Promise<unknown>;
}

export interface BatchView {
  /** `SUCCEEDED`, …, without the prefix that the wire has. */
  readonly state: string;
  readonly responsesFile: string | undefined;
}
