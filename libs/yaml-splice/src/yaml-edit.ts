import type { DataPath, Json } from './data.js';

/** One edit of a file. Paths are those of the file as it is before any edit of the batch. */
export type YamlEdit = (
  | {
      readonly kind: 'field';
      readonly at: DataPath;
      readonly field: string;
      readonly value: Json | undefined;
    }
  | {
      readonly kind: 'section';
      readonly key: string;
      readonly value: readonly Json[] | undefined;
      readonly comment: string;
    }
  | { readonly kind: 'append'; readonly at: DataPath; readonly item: Json }
  | { readonly kind: 'replace'; readonly at: DataPath; readonly item: Json }
  | { readonly kind: 'remove'; readonly at: DataPath }
) & {
  /** Left out if the form of the file does not allow it. */
  readonly optional?: boolean;
};
