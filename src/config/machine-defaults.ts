/** What defaults are taken from. */
export type Machine = {
  /** Content of os-release(5); empty where there is none. */
  readonly osRelease: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly isRoot: boolean;
};
