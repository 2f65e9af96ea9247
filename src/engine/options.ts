/** Secrets that RUN instructions may mount, by the ids of the recipe (`secretIds`). */
export type EngineSecrets = Readonly<Record<string, SecretSource>>;

export type SecretSource = { readonly file: string } | { readonly content: string };

/** How the site's builds reach the network; given to the engine as environment, never as arguments. */
export type ProxySettings = {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Host names that are reached directly, separated by commas. */
  readonly no?: string | undefined;
};

/** What both engines need to know about the site. */
export type EngineOptions = {
  /** Absolute folder for what outlives a build: base images. */
  readonly cacheDirectory: string;
  /** Absolute folder for what does not. */
  readonly workDirectory: string;
  /** Allows QEMU for platforms that this machine cannot run. */
  readonly emulation: boolean;
  readonly secrets: EngineSecrets;
  readonly proxy?: ProxySettings | undefined;
  /** PEM bundle that the engine itself trusts when it pulls. */
  readonly caBundle?: string | undefined;
};

/** What a client needs to reach a registry: the site's proxies and certificate authorities. */
export function toRegistryEnvironment({
  proxy,
  caBundle,
}: Pick<EngineOptions, 'proxy' | 'caBundle'>): Record<string, string> {
  return {
    ...toProxyEnvironment(proxy),
    ...(caBundle !== undefined && { SSL_CERT_FILE: caBundle }),
  };
}

/** The variables that engines pass on to every RUN; tools differ in which case they read. */
export function toProxyEnvironment(proxy: ProxySettings | undefined): Record<string, string> {
  const pairs = [
    ['http_proxy', proxy?.http],
    ['https_proxy', proxy?.https],
    ['no_proxy', proxy?.no],
  ] as const;
  return Object.fromEntries(
    pairs.flatMap(([name, value]) =>
      value === undefined
        ? []
        : [
            [name, value],
            [name.toUpperCase(), value],
          ],
    ),
  );
}
