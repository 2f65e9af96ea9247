import { join } from 'node:path';

/** What fetching needs to know about the site. */
export type SourceOptions = {
  /** Absolute folder for what outlives a build; shared by all builds and processes. */
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
  /** Variables for git, such as `GIT_SSL_CAINFO` and `https_proxy`. */
  readonly gitEnvironment?: Readonly<Record<string, string>> | undefined;
  /** Called before something is fetched or unpacked. */
  readonly onProgress?: ((message: string) => void) | undefined;
};

/** Where fetched sources are kept; an operator may put them there. */
export function sourcesDirectory({ cacheDirectory }: SourceOptions): string {
  return join(cacheDirectory, 'spack');
}
