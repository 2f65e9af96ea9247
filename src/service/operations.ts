import type { Removal } from './retention/clean.ts';

/** What is kept, and how much room there is. */
export type StorageFigures = {
  readonly images: { readonly count: number; readonly sifBytes: number };
  /** When the build was asked for that has waited longest; null when none waits. */
  readonly oldestQueuedAt: Date | null;
  /** Of the file system that has the data folder. */
  readonly disk: { readonly totalBytes: number; readonly freeBytes: number };
};

/** What administrators look at, besides users and builds. */
export interface Operations {
  /** So many builds run at a time. */
  readonly concurrency: number;
  measure(): Promise<StorageFigures>;
  /** The complete configuration as YAML, with secrets masked. */
  formatSettings(): string;
  /** What retention would remove now, nothing is; null while it is at work. */
  planRetention(): Promise<readonly Removal[] | null>;
}
