import type { SpackOrigin } from './settings.ts';

/** What a source is for, and how a complete one is recognised. */
export type SourceKind = {
  /** Name of its folders in the cache. */
  readonly name: 'spack' | 'packages' | 'catalogue';
  /** What it is called in messages. */
  readonly title: string;
  /** A complete one has one of these files. */
  readonly marks: readonly string[];
  /** The address whose folders in the cache need no mark of it. */
  readonly defaultSource?: string;
};

/** A source on disk. */
export type LocatedSource = {
  readonly folder: string;
  /** 40 hex digits; absent outside git, and where files of a local folder were changed. */
  readonly commit?: string;
};

export type SourceWish = { readonly kind: SourceKind; readonly origin: SpackOrigin };
