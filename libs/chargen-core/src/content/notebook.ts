import type { DataPath } from './entity.js';
import type { Diagnostic, Severity } from './diagnostic.js';

/** Collects what a reader has to report about one file. */
export class Notebook {
  readonly diagnostics: Diagnostic[] = [];

  constructor(readonly file: string) {}

  note(code: string, message: string, at: DataPath): void {
    this.#add('note', code, message, at, undefined);
  }

  warn(code: string, message: string, at: DataPath): void {
    this.#add('warning', code, message, at, undefined);
  }

  /** Stops the scene; without a scene it stops the whole entity. */
  error(code: string, message: string, at: DataPath, scene?: string): void {
    this.#add('error', code, message, at, scene);
  }

  #add(severity: Severity, code: string, message: string, at: DataPath, scene: string | undefined): void {
    this.diagnostics.push({
      severity,
      code,
      message,
      file: this.file,
      at,
      ...(scene === undefined ? {} : { scene }),
    });
  }
}
